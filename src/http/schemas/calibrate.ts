import { z } from 'zod';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { calibrateExamples } from './examples.js';
import { gated } from './gate.js';
import { rewardModelField, rewardModelRules, samplesFields, samplesRules } from './samples.js';

export const calibrateBody = gated(
  z.strictObject({
    reward_model: rewardModelField,
    ...samplesFields,
    version: z.int().min(1).optional().describe('Pin a version of the curve; by default the current one'),
    keep_mean: z
      .boolean()
      .optional()
      .describe("Add the mean bias back, keeping the reward model's own level"),
    observe: z.boolean().optional().describe('Also keep the numbers (never text) for a later refit'),
    include: z
      .array(z.enum(['biases']))
      .optional()
      .describe('What the answer shall hold besides: `biases`, what was subtracted from each raw reward'),
    on_missing_curve: z
      .enum(['error', 'passthrough'])
      .optional()
      .describe('Without a curve: 409 (default), or the raw rewards with `"calibrated": false`'),
  }),
  (body) => [...rewardModelRules(body), ...samplesRules(body)],
  { id: 'CalibrateRequest', examples: calibrateExamples },
);

export const calibrateAnswer = z
  .object({
    reward_model: rewardModelName,
    version: z.int().nullable().describe('The version that calibrated; null when none did'),
    calibrated: z.boolean(),
    rewards: z.array(z.number()).describe('Calibrated rewards, in the order of the samples'),
    biases: z
      .array(z.number())
      .optional()
      .describe('With `"include": ["biases"]`: what was subtracted from each raw reward'),
    extrapolated: z.array(z.int()).describe('Samples outside the fitted range: the end value was used'),
  })
  .meta({ id: 'CalibrateAnswer' });

export type CalibrateAnswer = z.infer<typeof calibrateAnswer>;
