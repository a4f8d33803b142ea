import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { jointCountsField, sumOfCounts, toJointCountsField } from '../../curves/joint-counts-schema.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { fittedDensity, observedDensity, type SampleDensity } from '../../service/sample-density.js';
import { problems, READING_A_QUERY } from '../schemas/problem.js';
import { CODES_OF_STORED_CURVE } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
import { version } from './schema.js';

/** The samples of a density: those that were fitted, or those observed lately. */
const SOURCES = ['fit', 'window'] as const;
type Source = (typeof SOURCES)[number];

const densityQuery = z.strictObject({
  reward_model: rewardModelName,
  version: version.optional().describe('By default the current one'),
  source: z
    .enum(SOURCES)
    .optional()
    .describe('`fit` (by default): the samples that were fitted; `window`: those observed lately'),
});

const { characteristic, reward, counts } = jointCountsField.shape;

const densityAnswer = z
  .object({
    reward_model: rewardModelName,
    version: z.int().nullable().describe('Null where there is no curve, only observed samples'),
    source: z.enum(SOURCES),
    samples: z.int().describe('Sum of the counts'),
    characteristic: characteristic.extend({ name: z.string() }),
    reward,
    counts,
  })
  .meta({
    id: 'DensityAnswer',
    description: 'How many samples lie in each bin',
    examples: [
      {
        reward_model: 'org/reward-model',
        version: 3,
        source: 'fit',
        samples: 12,
        characteristic: { name: 'chars', edges: [40, 365, 1_650] },
        reward: { edges: [-0.9, 0.55, 1.3] },
        counts: [
          [5, 1],
          [1, 5],
        ],
      },
    ],
  });

const schema = {
  operationId: 'getDensity',
  summary: 'Where the samples lie: counts in up to 32 × 32 bins of first characteristic and raw reward',
  description:
    'For plots and comparisons; it holds no sample. Of the samples that a version was fitted to, in quantile bins (404 `no-density` where it does not say: documents of schema_version 1). Or of the samples observed lately (`no-density`, too, where there are none): in the bins of the version, the outermost widened to hold all, so that both can be compared; in quantile bins of their own where the version has none or there is no curve.',
  tags: ['curves'],
  querystring: densityQuery,
  response: { 200: densityAnswer, ...problems(...READING_A_QUERY, 'no-density', ...CODES_OF_STORED_CURVE) },
};

/** GET /v1/curves/density */
export const densityRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.get('/v1/curves/density', { schema }, async ({ query }) => {
    const { reward_model: rewardModel, version, source = 'fit' } = query;
    const find = source === 'fit' ? fittedDensity : observedDensity;
    return toAnswer(rewardModel, source, find(services, { rewardModel, version }));
  });
};

function toAnswer(
  rewardModel: string,
  source: Source,
  density: SampleDensity,
): z.infer<typeof densityAnswer> {
  const field = toJointCountsField(density.counts);
  return {
    reward_model: rewardModel,
    version: density.version,
    source,
    samples: sumOfCounts(field),
    characteristic: { name: density.characteristic, ...field.characteristic },
    reward: field.reward,
    counts: field.counts,
  };
}
