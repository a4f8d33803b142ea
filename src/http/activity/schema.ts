import { z } from 'zod';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { FEWEST_FOR_DRIFT } from '../../telemetry/activity.js';

const count = z.int().min(0);
const correlation = z.number().min(-1).max(1).nullable();

const shift = z.object({
  psi: z
    .number()
    .min(0)
    .describe(
      'Population stability index over about ten groups of the bins of the fit, equally full there. Of batches above 512 samples every k-th is counted, up to 512',
    ),
  ks: z.number().min(0).max(1).describe('Kolmogorov-Smirnov statistic, at the edges of the bins'),
});

const activeRewardModel = z
  .object({
    reward_model: rewardModelName,
    version: z.int().describe('The version that calibrated; one entry each'),
    requests: count,
    samples: count,
    requests_per_second: z.number().min(0),
    samples_per_second: z.number().min(0),
    extrapolated_share: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('Of the samples, those outside the fitted range of a characteristic'),
    mean_bias: z.number().nullable().describe('Mean bias that was removed, in units of reward'),
    correlation: z
      .object({ raw: correlation, calibrated: correlation })
      .describe("Pearson's, of the curve's first characteristic and the reward"),
    drift: z
      .object({ characteristic: shift, reward: shift })
      .nullable()
      .describe(
        `How far first characteristic and raw reward lie from the samples that were fitted. Null where the curve does not say where those lay, and below ${FEWEST_FOR_DRIFT} samples`,
      ),
    timeline: z
      .array(
        z.object({
          seconds_ago: z.number().min(0).describe('Since the slice began'),
          requests: count,
          samples: count,
        }),
      )
      .describe('Slices of ten seconds, oldest first, the last one under way; also those with nothing'),
  })
  .meta({ id: 'ActiveRewardModel' });

const upstream = z
  .object({
    name: z.string(),
    reward_model: rewardModelName,
    state: z
      .enum(['closed', 'open', 'half-open'])
      .describe('Of the breaker: closed is well, open is not asked, half-open is tried once'),
    waiting: count.describe('Texts that wait to be sent, now'),
    answered: count.describe('Requests that the server answered'),
    failed: count.describe('Requests that were given up'),
    texts: count.describe('Texts in answered requests'),
    mean_seconds: z.number().min(0).nullable().describe('Mean time of the answered tries'),
  })
  .meta({ id: 'ActiveUpstream' });

/** What happened in the last minutes. */
export const activityAnswer = z
  .object({
    seconds: z.number().min(0).describe('How long: 290 to 300, or less after the start'),
    reward_models: z.array(activeRewardModel).describe('By name, the latest version first'),
    upstreams: z.array(upstream).describe('All that are configured'),
  })
  .meta({
    id: 'ActivityAnswer',
    description: 'What happened in the last five minutes',
    examples: [
      {
        seconds: 14.2,
        reward_models: [
          {
            reward_model: 'org/reward-model',
            version: 3,
            requests: 12,
            samples: 768,
            requests_per_second: 0.85,
            samples_per_second: 54.1,
            extrapolated_share: 0.01,
            mean_bias: 0.42,
            correlation: { raw: 0.31, calibrated: -0.02 },
            drift: { characteristic: { psi: 0.03, ks: 0.05 }, reward: { psi: 0.02, ks: 0.04 } },
            timeline: [
              { seconds_ago: 14.2, requests: 8, samples: 512 },
              { seconds_ago: 4.2, requests: 4, samples: 256 },
            ],
          },
        ],
        upstreams: [
          {
            name: 'rm',
            reward_model: 'org/reward-model',
            state: 'closed',
            waiting: 0,
            answered: 24,
            failed: 0,
            texts: 768,
            mean_seconds: 0.21,
          },
        ],
      },
    ],
  });
