import { z } from 'zod';
import { PROTOCOLS, type Protocol, TIES, type Ties } from '../../calibration/evaluation/accuracy.js';
import { DEFAULT_BOOTSTRAP } from '../../calibration/evaluation/bootstrap.js';
import type { EvaluationSettings } from '../../calibration/evaluation/evaluate.js';
import type { Violations } from '../../calibration/violations.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { rewardBench2Row, rewardBench2Rules } from '../labelled-pairs/reward-bench-2-schema.js';
import { pairsFields, pairsRules } from '../labelled-pairs/schema.js';
import { evaluateExamples, rewardBench2Examples } from '../schemas/examples.js';
import { gated, refinement } from '../schemas/gate.js';
import { queryOf } from '../schemas/query.js';
import { rewardModelField } from '../schemas/samples-schema.js';
import { curveRules, settingsFields, settingsQuery, settingsRules } from '../schemas/settings-schema.js';

/** More resamples than anyone needs; fewer than a hundred have no meaningful 2.5% quantile. */
const RESAMPLES = { least: 100, most: 100_000 };

const resamples = z
  .int()
  .min(RESAMPLES.least)
  .max(RESAMPLES.most)
  .optional()
  .describe('How often the pairs are resampled; 1000 by default');
const seed = z.int32().optional().describe('The same seed gives the same interval; 0 by default');
const ties = z
  .enum(TIES)
  .optional()
  .describe('What a pair of equal rewards counts: `half` (default), or `wrong` as in the reference code');
const version = z.int().min(1).optional().describe('Of the curve; by default the current one');
const CURVE = 'Evaluate the curve of this reward model instead of fitting one; then without settings';

const sharedFields = {
  ...settingsFields,
  ties,
  bootstrap: z
    .strictObject({ resamples, seed })
    .optional()
    .describe('Of the percentile interval (95%) of the gain'),
  reward_model: rewardModelField.optional().describe(CURVE),
  version,
};

const fields = z.strictObject({
  ...sharedFields,
  ...pairsFields,
  protocol: z
    .enum(['reward-bench'], { error: 'must be "reward-bench" or "reward-bench-2"' })
    .optional()
    .describe('Also the RewardBench score; every pair needs one of its subsets'),
});

export type EvaluateBody = z.output<typeof fields>;

export const evaluateBody = gated(fields, evaluateRules, {
  id: 'EvaluateRequest',
  examples: evaluateExamples,
});

function evaluateRules(body: EvaluateBody, found: Violations): void {
  settingsRules(body, found);
  curveRules(body, found);
  if ((body.pairs === undefined) === (body.rows === undefined))
    found.add([], 'needs either "pairs" or "rows" (as RewardBench writes them), and not both');
  pairsRules(body, found);
}

const rewardBench2Fields = z.strictObject({
  ...sharedFields,
  protocol: z.literal('reward-bench-2'),
  rows: z.array(rewardBench2Row).min(1, 'must not be empty').describe('As RewardBench 2 writes them'),
});

/** The body under RewardBench 2, whose rows have several completions. */
export const rewardBench2Body = gated(
  rewardBench2Fields,
  (body, found) => {
    settingsRules(body, found);
    curveRules(body, found);
    for (const [i, row] of body.rows.entries()) {
      rewardBench2Rules(row, found, () => ['rows', i]);
      if (found.isFull) return;
    }
  },
  { id: 'EvaluateRewardBench2Request', examples: rewardBench2Examples },
);

/** The same parameters in the query string, for lines. */
export const evaluateQuery = z
  .strictObject({
    ...settingsQuery,
    reward_model: rewardModelName.optional().describe(CURVE),
    ...queryOf({ version, ties, resamples, seed }),
    protocol: z
      .enum(PROTOCOLS)
      .optional()
      .describe('Also the score of this benchmark, whose rows the lines are'),
  })
  .superRefine(
    refinement((query, found) => {
      settingsRules(query, found);
      curveRules(query, found);
    }),
  );

export type EvaluateQuery = z.output<typeof evaluateQuery>;

/** What says how to evaluate. */
interface Given {
  readonly ties?: Ties | undefined;
  readonly protocol?: Protocol | undefined;
  readonly bootstrap?: Partial<{ resamples: number | undefined; seed: number | undefined }> | undefined;
}

/** The evaluation settings of a request, every default filled in. */
export function readEvaluationSettings({ ties: given, bootstrap, protocol }: Given): EvaluationSettings {
  return {
    ties: given ?? 'half',
    bootstrap: {
      resamples: bootstrap?.resamples ?? DEFAULT_BOOTSTRAP.resamples,
      seed: bootstrap?.seed ?? DEFAULT_BOOTSTRAP.seed,
    },
    protocol,
  };
}
