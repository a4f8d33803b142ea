import { z } from 'zod';
import { rewardModelName } from '../../curves/reward-model-name.js';
import type { CalibrateOptions } from '../../service/calibrate-samples.js';
import type { CurveChoice } from '../../service/choose-curve.js';
import { calibrateExamples } from '../schemas/examples.js';
import { gated } from '../schemas/gate.js';
import { lineProblem } from '../schemas/problem.js';
import { bodyQuery, queryOf } from '../schemas/query.js';
import {
  answeredIds,
  rewardModelField,
  rewardModelRules,
  samplesFields,
  samplesRules,
} from '../schemas/samples-schema.js';

const MEANINGS = {
  version: 'Pin a version of the curve; by default the current one',
  keep_mean: "Add the mean bias back, keeping the reward model's own level",
  observe: 'Also keep the numbers (never text) for a later refit',
  include:
    'What the answer shall hold besides: `biases`, what was subtracted from each raw reward; of JSON also `ids`, the `id` of each row (lines give it back without asking)',
  on_missing_curve: 'Without a curve: 409 (default), or the raw rewards with `"calibrated": false`',
};

const included = z.enum(['biases', 'ids']);
const onMissingCurve = z.enum(['error', 'passthrough']);
const version = z.int().min(1);

/** What a request may ask for, as fields of its body. */
const parameterFields = {
  version: version.optional().describe(MEANINGS.version),
  keep_mean: z.boolean().optional().describe(MEANINGS.keep_mean),
  observe: z.boolean().optional().describe(MEANINGS.observe),
  include: z.array(included).optional().describe(MEANINGS.include),
  on_missing_curve: onMissingCurve.optional().describe(MEANINGS.on_missing_curve),
};

export const calibrateBody = gated(
  z.strictObject({ reward_model: rewardModelField, ...samplesFields, ...parameterFields }),
  (body, found) => {
    rewardModelRules(body, found);
    samplesRules(body, found);
    if (body.columns !== undefined && body.include?.includes('ids'))
      found.add(['include'], 'of "ids" needs rows: columns have none');
  },
  { id: 'CalibrateRequest', examples: calibrateExamples },
);

/** The same parameters in the query string, for the formats whose body holds samples alone. */
export const calibrateQuery = z.strictObject({
  ...bodyQuery,
  reward_model: rewardModelName.optional(),
  ...queryOf({
    ...parameterFields,
    include: z
      .array(z.enum(['biases']))
      .optional()
      .describe('What the answer shall hold besides: `biases`, what was subtracted from each raw reward'),
  }),
});

/** What a request asks for, every default filled in. */
export interface CalibrateParameters extends CurveChoice, CalibrateOptions {
  /** Whether the answer holds what was taken from each reward. */
  readonly includeBiases: boolean;
}

/** The parameters of a request, from its body or its query string. */
export function readCalibrateParameters(
  parameters: Omit<z.output<typeof calibrateQuery>, 'include'> & {
    reward_model: string;
    include?: readonly string[] | undefined;
  },
): CalibrateParameters {
  return {
    rewardModel: parameters.reward_model,
    version: parameters.version,
    keepMean: parameters.keep_mean ?? false,
    observe: parameters.observe ?? false,
    onMissingCurve: parameters.on_missing_curve ?? 'error',
    includeBiases: parameters.include?.includes('biases') ?? false,
  };
}

/** An answer line of NDJSON. */
export const calibratedLine = z
  .union([
    z.object({
      id: z.union([z.string(), z.int()]).optional().describe('That of the line'),
      reward: z.number().describe('Calibrated reward'),
      bias: z.number().optional().describe('With `include=biases`: what was subtracted'),
      extrapolated: z.literal(true).optional().describe('Outside the fitted range: the end value was used'),
      unused: z
        .array(z.string())
        .optional()
        .describe('Characteristics that the curve does not use and that no line before this one had'),
    }),
    z.object({ error: lineProblem }),
  ])
  .meta({ id: 'CalibratedLine', description: 'One line for every line of the request that is not blank' });

export type CalibratedLine = z.infer<typeof calibratedLine>;

export const calibrateAnswer = z
  .object({
    reward_model: rewardModelName,
    version: z.int().nullable().describe('The version that calibrated; null when none did'),
    calibrated: z.boolean(),
    ids: answeredIds,
    rewards: z.array(z.number()).describe('Calibrated rewards, in the order of the samples'),
    biases: z
      .array(z.number())
      .optional()
      .describe('With `"include": ["biases"]`: what was subtracted from each raw reward'),
    extrapolated: z.array(z.int()).describe('Samples outside the fitted range: the end value was used'),
  })
  .meta({ id: 'CalibrateAnswer' });

export type CalibrateAnswer = z.infer<typeof calibrateAnswer>;
