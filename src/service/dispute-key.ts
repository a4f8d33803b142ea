import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditedPool } from '../calibration/audit/audited-pool.js';
import { PURPOSES } from '../calibration/audit/contests.js';
import type { AskedPair, AskedSide, Disputes } from '../calibration/audit/disputed-pairs.js';
import { brokenRule } from '../calibration/errors.js';
import type { AuditSubject } from '../curves/audit-document.js';
import { rewardModelName } from '../curves/reward-model-name.js';

/** A pair that was asked about, without its responses. */
export type KeptPair = Pick<AskedPair, 'id' | 'calibrated' | 'prompt'>;

/** What a verdict needs to know of disputed pairs besides their labels. */
export interface DisputeKey {
  /** Of no reward model where a curve was fitted for the search alone. */
  readonly subject: AuditSubject;
  readonly pool: AuditedPool;
  readonly pairs: readonly KeptPair[];
}

/** The form of keys; a change of it refuses older ones. */
const KEY_VERSION = 1;

const count = z.int().min(0);
const kept = z.tuple([z.string().regex(/^[0-9a-f]{14}$/), count, z.enum(['left', 'right'])]);

const keyContent = z
  .strictObject({
    key_version: z.literal(KEY_VERSION),
    reward_model: rewardModelName.nullable(),
    version: z.int().min(1).nullable(),
    fitted_at: z.iso.datetime().nullable(),
    purpose: z.enum(PURPOSES),
    pairs: count,
    disputed: count,
    half_changed: count,
    shorter_preferred: z.number().min(0).max(1).nullable(),
    asked: z.array(kept),
  })
  .refine(
    ({ pairs, disputed, half_changed, asked }) =>
      disputed + half_changed <= pairs && asked.length <= disputed,
  );

type KeyContent = z.infer<typeof keyContent>;

/**
 * Disputes as text to post back with labels: base64url of JSON, and the first 64 bits of its SHA-256 against
 * accidents. It holds counts, the sides and the prompts' numbers: nothing is kept here, and no text leaves.
 */
export function writeDisputeKey(
  { pool, asked }: Pick<Disputes<unknown>, 'pool' | 'asked'>,
  subject: AuditSubject,
): string {
  const content: KeyContent = {
    key_version: KEY_VERSION,
    reward_model: subject.rewardModel,
    version: subject.version,
    fitted_at: subject.fittedAt,
    purpose: subject.purpose,
    pairs: pool.pairs,
    disputed: pool.disputed,
    half_changed: pool.halfChanged,
    shorter_preferred: pool.shorterPreferred,
    asked: asked.map(({ id, prompt, calibrated }): [string, number, AskedSide] => [id, prompt, calibrated]),
  };
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${payload}.${checksumOf(payload)}`;
}

/**
 * The disputes of a key.
 *
 * @throws InvalidInput `invalid-key` for a text that is no key, was cut or changed, or is of another version
 *   of the service.
 */
export function readDisputeKey(text: string): DisputeKey {
  const [payload = '', checksum, ...more] = text.trim().split('.');
  if (checksum !== checksumOf(payload) || more.length > 0)
    throw invalidKey('is not a whole key: send it back as /v1/disputed-pairs gave it');
  const given = parsePayload(payload);
  const { data: { key_version: version } = {} } = z.looseObject({ key_version: z.int() }).safeParse(given);
  if (version !== undefined && version !== KEY_VERSION)
    throw invalidKey(
      `is of version ${version}, and this service reads version ${KEY_VERSION}: ask for disputed pairs again with the same seed and ids, the labels stay true`,
    );
  const { data } = keyContent.safeParse(given);
  if (data === undefined) throw invalidKey('is none that this service wrote');
  return fromContent(data);
}

/** What a payload holds; undefined where that is no JSON. Its parser's message would quote it. */
function parsePayload(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function fromContent(content: KeyContent): DisputeKey {
  const { purpose, pairs, disputed, half_changed: halfChanged, asked } = content;
  return {
    subject: {
      rewardModel: content.reward_model,
      version: content.version,
      fittedAt: content.fitted_at,
      purpose,
    },
    pool: {
      purpose,
      pairs,
      shareDisputed: pairs === 0 ? 0 : disputed / pairs,
      effectiveShare: pairs === 0 ? 0 : (disputed + halfChanged / 2) / pairs,
      shorterPreferred: content.shorter_preferred,
    },
    pairs: asked.map(([id, prompt, calibrated]) => ({ id, prompt, calibrated })),
  };
}

function invalidKey(rule: string) {
  return brokenRule(['key'], rule, 'invalid-key');
}

function checksumOf(payload: string): string {
  return createHash('sha256').update(payload).digest('hex').slice(0, 16);
}
