import { type Answer, evidenceOfAnswers, evidenceOfCounts } from '../../calibration/audit/label-evidence.js';
import { Conflict } from '../../calibration/errors.js';
import { Violations } from '../../calibration/violations.js';
import type { CurveIdentity } from '../../curves/curve-identity.js';
import { type DisputeKey, readDisputeKey } from '../../service/dispute-key.js';
import type { CountedLabels } from './judgement.js';
import type { VerdictBody } from './schema.js';

/** The reward model and version that a request names, if it does. */
type Named = Pick<VerdictBody, 'reward_model' | 'version'>;

/**
 * Labels of the pairs of a key.
 *
 * @throws InvalidInput `invalid-key`, or naming labels of other pairs and second labels of a pair; Conflict
 *   `key-of-another-curve`.
 */
export function countAnswers(
  text: string,
  labels: NonNullable<VerdictBody['labels']>,
  named: Named,
): CountedLabels {
  const key = readDisputeKey(text);
  requireNamed(key, named);
  const { subject, pool } = key;
  return {
    subject,
    evidence: evidenceOfAnswers(answersOf(key, labels)),
    pool,
  };
}

function answersOf({ pairs }: DisputeKey, labels: NonNullable<VerdictBody['labels']>): Answer[] {
  const open = new Map(pairs.map((pair) => [pair.id, pair]));
  const known = new Set(open.keys());
  const found = new Violations();
  const answers: Answer[] = [];
  for (const [i, { id, preferred }] of labels.entries()) {
    const pair = open.get(id);
    open.delete(id);
    if (pair !== undefined) answers.push({ calibrated: pair.calibrated, prompt: pair.prompt, preferred });
    else found.add(['labels', i, 'id'], known.has(id) ? 'is labelled already' : 'is no pair of this key');
  }
  found.refuse();
  return answers;
}

function requireNamed({ subject }: DisputeKey, { reward_model: asked, version }: Named): void {
  if (asked === undefined) return;
  if (subject.rewardModel === asked && (version ?? subject.version) === subject.version) return;
  throw keyOfAnotherCurve(
    subject.rewardModel === null
      ? 'the key is of a curve that was fitted for the search alone'
      : `the key is of version ${subject.version} of ${JSON.stringify(subject.rewardModel)}`,
  );
}

/** The refusal of a key whose disputes are those of another curve. */
export function keyOfAnotherCurve(what: string): Conflict {
  const message = `${what}: ask for disputed pairs again`;
  return new Conflict('key-of-another-curve', message, [{ path: ['key'], message }]);
}

/** Labels that were counted elsewhere; `curve` is the one that they judge, where the request names it. */
export function countCounts(
  { fixed, broken, ties, pairs, share_disputed: share }: NonNullable<VerdictBody['counts']>,
  curve: CurveIdentity | undefined,
): CountedLabels {
  const { rewardModel = null, version = null, fittedAt = null } = curve ?? {};
  return {
    subject: { rewardModel, version, fittedAt, purpose: 'pairs' },
    evidence: evidenceOfCounts(fixed, broken, ties),
    pool: { pairs: pairs ?? null, shareDisputed: share, effectiveShare: share, shorterPreferred: null },
  };
}
