import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type CurveHistory, LAST_VERSION } from '../curve-history.js';
import { rewardModelName } from '../reward-model-name.js';
import { Damage } from './damage.js';

/** The file that says which versions count. */
export const HEAD = 'head.json';

/** The head that deleting everything would write, written ahead: a full disk takes a rename, but no new file. */
export const CLEARED = 'cleared.json';

const SCHEMA_VERSION = 2;

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
    schema_version: z.literal(SCHEMA_VERSION),
    ...common,
    versions: z.array(z.strictObject({ version: number, sha256 })),
  }),
]);

/** What counts of a reward model. */
export interface Head {
  readonly rewardModel: string;
  readonly nextVersion: number;
  readonly current: number | null;
  /** Ascending by version. Heads of schema version 1 have no checksums: the next save adds them. */
  readonly versions: readonly { readonly version: number; readonly sha256?: string | undefined }[];
}

/** The file of a version. */
export function versionFile(version: number): string {
  return `version-${version}.json`;
}

/** The number of a version's file, or of what was to become one; undefined for other names. */
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
    versions: history.versions.map(({ version }) => ({ version, sha256: checksums.get(version) ?? '' })),
  } satisfies z.infer<typeof head>);
}

/** @throws Damage for a text that is no head, is one of a newer service, or contradicts itself. */
export function parseHead(text: string): Head {
  const given = parseJson(HEAD, text);
  const { schema_version: schema } = z.looseObject({ schema_version: z.int() }).safeParse(given).data ?? {};
  if (schema !== undefined && schema > SCHEMA_VERSION)
    throw new Damage(HEAD, `was written by a newer service (schema_version ${schema})`);
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

/** What is sure of a head that is damaged. */
export function parseLoosely(text: string): { rewardModel: string | undefined; nextVersion: number } {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    // Nothing is sure of what is no JSON: the fallbacks below say so.
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
    // The parser's message quotes the file: no need.
    throw new Damage(file, 'is not JSON');
  }
}

/** The first thing that is wrong, in words. */
export function describeIssue({ issues: [issue] }: z.ZodError): string {
  return `is not what this service writes (${issue?.path.join('.') || 'all of it'}: ${issue?.message})`;
}

function checkConsistency({ nextVersion, current, versions }: Head): void {
  const numbers = versions.map(({ version }) => version);
  const disorder = numbers.findIndex((version, i) => version <= (numbers[i - 1] ?? 0));
  if (disorder >= 0) throw new Damage(HEAD, `version ${numbers[disorder]} is listed twice or out of order`);
  const newest = numbers.at(-1) ?? 0;
  if (nextVersion <= newest)
    throw new Damage(HEAD, `next_version ${nextVersion} is not above version ${newest}, which it keeps`);
  if (current === null ? numbers.length > 0 : !numbers.includes(current))
    throw new Damage(HEAD, `current (${current}) is not one of the versions that it keeps`);
}
