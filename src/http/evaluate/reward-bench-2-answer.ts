import { z } from 'zod';
import type { RewardBench2Score } from '../../calibration/evaluation/reward-bench-2.js';
import type { TiesScore } from '../../calibration/evaluation/ties-score.js';
import { gain, share, toGain } from './gain-answer.js';

/** The weights of the score of Ties sum up to 1.01: it is no share. */
const score = z.number();
const scores = { raw: score, calibrated: score };

const tiesScore = z.object({
  score: score.describe('0.3 · (a) + 0.3 · (b) + 0.2 · (c) + 0.2 · (d) + 0.01 · (e)'),
  tied_accuracy: share.describe('(a) Of rows `tied:N`: every right completion above every wrong one'),
  reference_accuracy: share.describe('(b) The same of rows `ref:N`'),
  correct_preferred: share.describe(
    '(c) Of prompts with both rows: in `tied:N` the gap between right and wrong is larger than the spread of the right',
  ),
  correct_preferred_hard: share.describe('(d) The same, by the smaller gap of `tied:N` and `ref:N`'),
  margin: z
    .number()
    .min(-1)
    .max(1)
    .describe('(e) Mean of tanh(smaller gap ÷ spread − 1); 0 where that is 0 ÷ 0'),
});

/** The RewardBench 2 score. */
export const rewardBench2 = z.object({
  ...scores,
  gain: gain.gain,
  interval: gain.interval,
  subsets: z.array(z.object({ name: z.string(), count: z.int().describe('Rows'), ...scores })),
  ties: z
    .object({ raw: tiesScore, calibrated: tiesScore })
    .optional()
    .describe('The parts of the score of Ties, where it has rows'),
  missing_subsets: z
    .array(z.string())
    .describe('Without rows: a score without them is not comparable with a published one'),
});

/** The RewardBench 2 score as the API shows it. */
export function toRewardBench2(found: RewardBench2Score): z.output<typeof rewardBench2> {
  const { ties } = found;
  return {
    ...toGain(found),
    subsets: [...found.subsets],
    ...(ties && { ties: { raw: toTies(ties.raw), calibrated: toTies(ties.calibrated) } }),
    missing_subsets: [...found.missingSubsets],
  };
}

function toTies(ties: TiesScore) {
  return {
    score: ties.score,
    tied_accuracy: ties.tiedAccuracy,
    reference_accuracy: ties.referenceAccuracy,
    correct_preferred: ties.correctPreferred,
    correct_preferred_hard: ties.correctPreferredHard,
    margin: ties.margin,
  };
}
