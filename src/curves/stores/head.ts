import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type AuditDocument, auditDocument } from '../audit-document.js';
import { type CurveHistory, LAST_VERSION } from '../curve-history.js';
import { rewardModelName } from '../reward-model-name.js';
import { Damage } from './damage.js';

/** The file that says which versions count. */
export const HEAD = 'head.json';

/** The head of a cleared history, written in advance: a full disk takes a rename, but no new file. */
export const CLEARED = 'cleared.json';

/** 2 added checksums, 3 audits. */
const SCHEMA_VERSION = 3;

const number = z.int().min(1).max(LAST_VERSION);
const nextNumber = z
  .int()
  .min(1)
  .max(LAST_VERSION + 1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const common = { reward_model: rewardModelName, next_version: nextNumber, current: number.nullable() };

const head = z.discriminatedUnion('schema_version', [
  z.strictObject({ schema_version: z.literal(1), ...common, versions: z.array(number) }),
  z.strictObject({
    schema_version: z.literal(2),
    ...common,
    versions: z.array(z.strictObject({ version: number, sha256 })),
  }),
  z.strictObject({
    schema_version: z.literal(SCHEMA_VERSION),
    ...common,
    versions: z.array(z.strictObject({ version: number, sha256, audit: auditDocument.optional() })),
  }),
]);

/** The state of a reward model that counts. */
export interface Head {
  readonly rewardModel: string;
  readonly nextVersion: number;
  readonly current: number | null;
  /** Ascending by version. */
  readonly versions: readonly CountedVersion[];
}

/** A version that counts. */
export interface CountedVersion {
  readonly version: number;
  /** Heads of schema version 1 have none: the next save adds them. */
  readonly sha256?: string | undefined;
  /** Not in the version's file, which never changes. */
  readonly audit?: AuditDocument | undefined;
}

/** The file of a version. */
export function versionFile(version: number): string {
  return `version-${version}.json`;
}

/** The number of a version's file, finished or temporary; undefined for other names. */
export function versionOf(name: string): number | undefined {
  const digits = /^version-(\d{1,15})\.json/.exec(name)?.[1];
  return number.safeParse(Number(digits)).data;
}

/** Whether a name is that of a version's whole file. */
export function isVersion(name: string): boolean {
  return name.endsWith('.json') && versionOf(name) !== undefined;
}

export function checksum(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The text of a head. `checksums` has one for every version. */
export function headText(history: CurveHistory, checksums: ReadonlyMap<number, string>): string {
  return JSON.stringify({
    schema_version: SCHEMA_VERSION,
    reward_model: history.rewardModel,
    next_version: history.nextVersion,
    current: history.current,
    versions: history.versions.map(({ version, audit }) => ({
      version,
      sha256: checksums.get(version) ?? '',
      ...(audit && { audit }),
    })),
  } satisfies z.infer<typeof head>);
}

/** @throws Damage for a text that is no head, comes from a newer service, or contradicts itself. */
export function parseHead(text: string): Head {
  const given = parseJson(HEAD, text);
  refuseNewer(HEAD, given, SCHEMA_VERSION);
  const parsed = head.safeParse(given);
  if (!parsed.success) throw new Damage(HEAD, describeIssue(parsed.error));
  const { reward_model: rewardModel, next_version: nextVersion, current } = parsed.data;
  const versions =
    parsed.data.schema_version === 1
      ? parsed.data.versions.map((version) => ({ version }))
      : parsed.data.versions;
  checkConsistency({ rewardModel, nextVersion, current, versions });
  return { rewardModel, nextVersion, current, versions };
}

const versioned = z.looseObject({ schema_version: z.int() });

/** @throws Damage for the contents of a file with a schema above `newest`. */
export function refuseNewer(file: string, given: unknown, newest: number): void {
  const { schema_version: schema } = versioned.safeParse(given).data ?? {};
  if (schema !== undefined && schema > newest)
    throw new Damage(file, `was written by a newer service (schema_version ${schema})`);
}

/** The trustworthy part of a damaged head. */
export function parseLoosely(text: string): { rewardModel: string | undefined; nextVersion: number } {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    // Invalid JSON has no trustworthy part: the fallbacks below apply.
    given = {};
  }
  const { reward_model, next_version } =
    z.object({ reward_model: z.unknown(), next_version: z.unknown() }).safeParse(given).data ?? {};
  return {
    rewardModel: rewardModelName.safeParse(reward_model).data,
    nextVersion: nextNumber.safeParse(next_version).data ?? 1,
  };
}

/** @throws Damage */
export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message is dropped: it quotes the file.
    throw new Damage(file, 'is not JSON');
  }
}

/** The first thing that is wrong, in words. */
export function describeIssue({ issues: [issue] }: z.ZodError): string {
  return `is not what this service writes (${issue?.path.join('.') || 'all of it'}: ${issue?.message})`;
}

function checkConsistency({ rewardModel, nextVersion, current, versions }: Head): void {
  const numbers = versions.map(({ version }) => version);
  const disorder = numbers.findIndex((version, i) => version <= (numbers[i - 1] ?? 0));
  if (disorder >= 0) throw new Damage(HEAD, `version ${numbers[disorder]} is listed twice or out of order`);
  const newest = numbers.at(-1) ?? 0;
  if (nextVersion <= newest)
    throw new Damage(HEAD, `next_version ${nextVersion} is not above version ${newest}, which it keeps`);
  if (current === null ? numbers.length > 0 : !numbers.includes(current))
    throw new Damage(HEAD, `current (${current}) is not one of the versions that it keeps`);
  const strayed = versions.find(({ version, audit }) => audit && !isAuditOf(audit, rewardModel, version));
  if (strayed !== undefined) throw strangeAudit(strayed.version);
}

/** The damage of a head with an audit that names another curve than the one beside which it stands. */
export function strangeAudit(version: number): Damage {
  return new Damage(HEAD, `the audit beside version ${version} is that of another curve`);
}

function isAuditOf(audit: AuditDocument, rewardModel: string, version: number): boolean {
  return audit.reward_model === rewardModel && audit.version === version;
}
