import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditedPool } from '../calibration/audit/audited-pool.js';
import { PURPOSES, type Purpose } from '../calibration/audit/contests.js';
import type { AskedPair, AskedSide, Disputes } from '../calibration/audit/disputed-pairs.js';
import { brokenRule } from '../calibration/errors.js';
import type { CurveIdentity } from '../curves/curve-identity.js';
import { rewardModelName } from '../curves/reward-model-name.js';

/** A pair that was asked about, without its responses. */
export type KeptPair = Pick<AskedPair, 'id' | 'calibrated' | 'prompt'>;

/** What a verdict needs to know of disputed pairs besides their labels. */
export interface DisputeKey {
  /** Null where a curve was fitted for the search alone. */
  readonly curve: CurveIdentity | null;
  readonly pool: AuditedPool;
  readonly pairs: readonly KeptPair[];
}

/** The form of keys; a change of it refuses older ones. */
const KEY_VERSION = 1;

const count = z.int().min(0);
const kept = z.tuple([z.string().regex(/^[0-9a-f]{14}$/), count, z.enum(['left', 'right'])]);

const keyContent = z.strictObject({
  key_version: z.literal(KEY_VERSION),
  curve: z
    .strictObject({ reward_model: rewardModelName, version: z.int().min(1), fitted_at: z.iso.datetime() })
    .nullable(),
  purpose: z.enum(PURPOSES),
  pairs: count,
  disputed: count,
  half_changed: count,
  shorter_preferred: z.number().min(0).max(1).nullable(),
  asked: z.array(kept),
});

type KeyContent = z.infer<typeof keyContent>;

/**
 * Disputes as text to post back with labels: base64url of JSON, and the first 64 bits of its SHA-256 against
 * accidents. It holds counts, the sides and the prompts' numbers: nothing is kept here, and no text leaves.
 */
export function writeDisputeKey(
  { pool, asked }: Pick<Disputes<unknown>, 'pool' | 'asked'>,
  purpose: Purpose,
  curve: CurveIdentity | null,
): string {
  const content: KeyContent = {
    key_version: KEY_VERSION,
    curve: curve && {
      reward_model: curve.rewardModel,
      version: curve.version,
      fitted_at: curve.fittedAt,
    },
    purpose,
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
  const [payload = '', checksum] = text.trim().split('.');
  if (checksum !== checksumOf(payload))
    throw invalidKey('is not a whole key: send it back as /v1/disputed-pairs gave it');
  const given: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const { key_version: version } = z.looseObject({ key_version: z.int() }).parse(given);
  if (version !== KEY_VERSION)
    throw invalidKey(
      `is of version ${version}, and this service reads version ${KEY_VERSION}: ask for disputed pairs again with the same seed and ids, the labels stay true`,
    );
  return fromContent(keyContent.parse(given));
}

function fromContent(content: KeyContent): DisputeKey {
  const { curve, purpose, pairs, disputed, half_changed: halfChanged, asked } = content;
  return {
    curve: curve && {
      rewardModel: curve.reward_model,
      version: curve.version,
      fittedAt: curve.fitted_at,
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
