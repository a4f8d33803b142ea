import { z } from 'zod';
import { TIES } from '../../calibration/evaluation/accuracy.js';
import { DEFAULT_BOOTSTRAP } from '../../calibration/evaluation/bootstrap.js';
import type { EvaluationSettings } from '../../calibration/evaluation/evaluate.js';
import type { Violations } from '../../calibration/violations.js';
import { pairsFields, pairsRules } from '../labelled-pairs/schema.js';
import { evaluateExamples } from '../schemas/examples.js';
import { gated } from '../schemas/gate.js';
import { rewardModelField } from '../schemas/samples-schema.js';
import { curveRules, settingsFields, settingsRules } from '../schemas/settings-schema.js';

/** More resamples than anyone needs; fewer than a hundred have no meaningful 2.5% quantile. */
const RESAMPLES = { least: 100, most: 100_000 };

const fields = z.strictObject({
  ...settingsFields,
  ...pairsFields,
  protocol: z
    .enum(['reward-bench'])
    .optional()
    .describe('Also the RewardBench score; every pair needs one of its subsets'),
  ties: z
    .enum(TIES)
    .optional()
    .describe('What a pair of equal rewards counts: `half` (default), or `wrong` as in the reference code'),
  bootstrap: z
    .strictObject({
      resamples: z
        .int()
        .min(RESAMPLES.least)
        .max(RESAMPLES.most)
        .optional()
        .describe('How often the pairs are resampled; 1000 by default'),
      seed: z.int32().optional().describe('The same seed gives the same interval; 0 by default'),
    })
    .optional()
    .describe('Of the percentile interval (95%) of the gain'),
  reward_model: rewardModelField
    .optional()
    .describe('Evaluate the curve of this reward model instead of fitting one; then without settings'),
  version: z.int().min(1).optional().describe('Of the curve; by default the current one'),
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

/** The evaluation settings of a request, every default filled in. */
export function readEvaluationSettings({ ties, bootstrap, protocol }: EvaluateBody): EvaluationSettings {
  return {
    ties: ties ?? 'half',
    bootstrap: {
      resamples: bootstrap?.resamples ?? DEFAULT_BOOTSTRAP.resamples,
      seed: bootstrap?.seed ?? DEFAULT_BOOTSTRAP.seed,
    },
    protocol,
  };
}
