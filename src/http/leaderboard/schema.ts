import { z } from 'zod';
import { DEFAULT_VARIANTS, type VariantSuffixes } from '../../calibration/leaderboard/gameability.js';
import type { Violations } from '../../calibration/violations.js';
import { curveDocument } from '../../curves/document-schema.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { fittedFields } from '../curves/schema.js';
import { leaderboardExamples } from '../schemas/examples.js';
import { gated } from '../schemas/gate.js';
import { rewardModelField, rowFields, rowsRules } from '../schemas/samples-schema.js';
import { curveRules, settingsFields, settingsRules } from '../schemas/settings-schema.js';

/** Every pair of them is compared for Kendall's tau. */
const MAX_REFERENCES = 10_000;

const generator = z.string().min(1).max(200).describe('Name of the generator');
const promptId = z.union([z.string(), z.number()]).describe('Names the prompt; 1 and "1" are different');
const { response, characteristics, reward } = rowFields.shape;
const suffix = z.string().min(1).max(64).optional();

const leaderboardFields = {
  outputs: z
    .array(z.strictObject({ generator, prompt_id: promptId, response, characteristics, reward }))
    .min(1, 'must not be empty')
    .describe('Scored outputs: at most one per generator and prompt'),
  baseline: z
    .array(
      z.strictObject({
        prompt_id: promptId,
        response,
        characteristics,
        reward: z
          .number()
          .optional()
          .describe(
            'Raw reward; 0 by default, for outputs whose rewards are margins over the baseline already',
          ),
      }),
    )
    .min(1, 'must not be empty')
    .describe('What the outputs are compared with: one per prompt, at least of every prompt in `outputs`'),
  reference: z
    .array(z.strictObject({ generator, score: z.number() }))
    .max(MAX_REFERENCES)
    .optional()
    .describe('Accepted quality of generators, higher is better: a length-controlled win rate, an Arena Elo'),
  variants: z
    .strictObject({ concise: suffix, verbose: suffix })
    .optional()
    .describe(
      `What is added to the name of a model that was asked for short or long answers; by default ${DEFAULT_VARIANTS.concise} and ${DEFAULT_VARIANTS.verbose}`,
    ),
  reward_model: rewardModelField.optional().describe('Use its curve instead of fitting one'),
  version: z.int().min(1).optional().describe('Of that curve; by default the current one'),
};

const structure = z.strictObject({ ...settingsFields, ...leaderboardFields });

export type LeaderboardBody = z.output<typeof structure>;

export const leaderboardBody = gated(
  structure,
  (body, found) => {
    settingsRules(body, found);
    curveRules(body, found);
    rowsRules('outputs', body.outputs, found);
    rowsRules('baseline', body.baseline, found);
    referenceRules(body, found);
    variantRules(body, found);
  },
  { id: 'LeaderboardRequest', examples: leaderboardExamples },
);

function referenceRules({ reference = [] }: LeaderboardBody, found: Violations): void {
  const seen = new Set<string>();
  for (const [i, { generator: name }] of reference.entries()) {
    if (seen.has(name)) found.add(['reference', i, 'generator'], 'has a reference already');
    seen.add(name);
  }
}

/** The variants of a body; AlpacaEval's where the body has none. */
export function readVariants({ variants }: LeaderboardBody): VariantSuffixes {
  return {
    concise: variants?.concise ?? DEFAULT_VARIANTS.concise,
    verbose: variants?.verbose ?? DEFAULT_VARIANTS.verbose,
  };
}

function variantRules(body: LeaderboardBody, found: Violations): void {
  const { concise, verbose } = readVariants(body);
  if (concise === verbose) found.add(['variants'], '"concise" and "verbose" must differ');
}

const rates = z.object({ raw: z.number(), calibrated: z.number() });
const figures = z.object({ raw: z.number().nullable(), calibrated: z.number().nullable() });

const relativeSpread = z.object({
  unscaled: figures.describe('Mean over the models of sample standard deviation ÷ mean of the win rates'),
  rescaled: figures.describe('The calibrated one times `metric_scale`'),
});

const gameability = z.object({
  models: z
    .array(z.object({ generator: z.string(), spread: figures }))
    .describe('Models with all three variants: sample standard deviation ÷ mean of the three win rates'),
  all: relativeSpread.describe('Over plain, concise and verbose'),
  verbosity: relativeSpread.describe('Over plain and verbose, as AlpacaEval tells it in percent'),
  conciseness: relativeSpread.describe('Over plain and concise, as AlpacaEval tells it in percent'),
  metric_scale: z
    .number()
    .nullable()
    .describe(
      'Standard deviation of the raw win rates ÷ that of the calibrated ones, over all generators but verbose variants and models with a concise variant',
    ),
});

const entry = z.object({
  generator: z.string(),
  outputs: z.int().describe('How many outputs it has'),
  mean_length: z.number().describe('Mean of the first characteristic'),
  win_rate: rates.describe('100 · mean of sigmoid(margin)'),
  discrete_win_rate: rates.describe('100 · share of margins above 0: a tie is no win'),
  rank: rates.describe('By win rate, 1 is the best; equal rates share the better rank'),
});

export const leaderboardAnswer = z
  .object({
    reward_model: rewardModelName.optional().describe('Only where its curve was used'),
    version: z.int().optional().describe('Of that curve'),
    ...fittedFields,
    samples: z.int().describe('How many samples the curve was fitted on'),
    diagnostics: curveDocument.shape.diagnostics.describe('Of the fit of the curve'),
    generators: z.array(entry).describe('By calibrated win rate, best first'),
    correlation: z
      .object({ spearman: figures, pearson: figures })
      .describe(
        'Of the first characteristic and the reward over these outputs (at most 20,000 of them); null where a column is constant, or calibrated rewards differ by rounding errors only',
      ),
    agreement: z
      .object({
        compared: z.int().describe('Generators that have a reference score'),
        spearman: figures,
        kendall: figures.describe('τ-b'),
      })
      .optional()
      .describe('Of win rates and reference scores; only with `reference`'),
    gameability: gameability.optional().describe('Only where a model is there in all three variants'),
    left_as_they_are: z
      .int()
      .describe('`mean`: outputs that are compared by raw rewards, since a window has too few samples'),
    extrapolated: z
      .object({ outputs: z.int(), baseline: z.int() })
      .describe('How many lie outside the range that was fitted'),
  })
  .meta({
    id: 'LeaderboardAnswer',
    description: 'Win rates before and after, and how they agree with people',
  });
