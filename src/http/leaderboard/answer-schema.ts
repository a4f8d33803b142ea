import { z } from 'zod';
import { curveDocument } from '../../curves/document-schema.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { fittedFields } from '../curves/schema.js';

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
