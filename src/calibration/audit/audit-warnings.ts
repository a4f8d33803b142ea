import { percent, type Warning } from '../warnings/warning.js';
import type { AuditedPool } from './audited-pool.js';
import type { LabelEvidence } from './label-evidence.js';

/** With fewer pairs the share of disputed ones is itself uncertain. */
const LEAST_PAIRS = 60;

/** Labels of fewer prompts say little about other prompts. */
const LEAST_PROMPTS = 8;

/** With a larger share of ties a gain where labellers decide is far from one over all pairs. */
const MANY_TIES = 0.25;

/** A curve seldom turns round a larger share of a pool. */
const MOSTLY_DISPUTED = 0.5;

/** What a reader of the verdict should know before trusting it. */
export function findAuditWarnings(
  { labels, ties, prompts }: LabelEvidence,
  { pairs, shareDisputed, effectiveShare }: AuditedPool,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  if (pairs !== null && pairs < LEAST_PAIRS)
    warn(
      'small-pool',
      `The pool has ${pairs} pair(s): below ${LEAST_PAIRS} the share that calibration changes is uncertain. ` +
        'Score more responses.',
    );
  if (prompts !== null && labels > 0 && prompts < LEAST_PROMPTS)
    warn(
      'few-prompts',
      `The labels are of ${prompts} prompt(s): below ${LEAST_PROMPTS} they say little about others. ` +
        'Label pairs of more prompts.',
    );
  if (ties > MANY_TIES * (labels + ties))
    warn(
      'many-ties',
      `${percent(ties / (labels + ties))} of the labels are ties: the probability is about pairs that labellers ` +
        'decide, the gain and its intervals about all pairs, where a tie gains nothing.',
    );
  if (pairs !== null && shareDisputed > MOSTLY_DISPUTED)
    warn(
      'mostly-disputed',
      `${percent(shareDisputed)} of the pairs are disputed, where about 13% are usual. If they were chosen because they ` +
        'are disputed, the share and the gain are those of the choice: send their labels with the key of /v1/disputed-pairs, or all pairs.',
    );
  const byTies = effectiveShare - shareDisputed;
  if (byTies > shareDisputed)
    warn(
      'mostly-raw-ties',
      `Of the ${percent(effectiveShare)} of the ranking that calibration changes, ` +
        `${percent(byTies)} are pairs of equal rewards before or after, which are not asked about. ` +
        'The gain takes it that labels side with calibration there as often as in disputed pairs; ' +
        'in simulations they do so more often.',
    );
  return warnings;
}
