import type { z } from 'zod';
import type { CurveActivity } from '../../telemetry/activity.js';
import type { Services } from '../services.js';
import type { activityAnswer } from './schema.js';

type ActivityAnswer = z.infer<typeof activityAnswer>;

/** What happened in the last minutes, as the API shows it. */
export function toActivityAnswer({
  metrics,
  upstreams,
}: Pick<Services, 'metrics' | 'upstreams'>): ActivityAnswer {
  const { seconds, curves } = metrics.activity.recent();
  return {
    seconds,
    reward_models: curves.map(toRewardModel),
    upstreams: upstreams.all.map(({ name, waiting, configured }) => {
      const { state, answered, failed, texts, meanSeconds } = metrics.upstreams.activityOf(name);
      const counts = { waiting, answered, failed, texts, mean_seconds: meanSeconds };
      return { name, reward_model: configured.rewardModel, state, ...counts };
    }),
  };
}

function toRewardModel(curve: CurveActivity): ActivityAnswer['reward_models'][number] {
  return {
    reward_model: curve.rewardModel,
    version: curve.version,
    requests: curve.requests,
    samples: curve.samples,
    requests_per_second: curve.requestsPerSecond,
    samples_per_second: curve.samplesPerSecond,
    extrapolated_share: curve.extrapolatedShare,
    mean_bias: curve.meanBias,
    correlation: curve.correlation,
    drift: curve.drift,
    timeline: curve.timeline.map(({ secondsAgo, requests, samples }) => ({
      seconds_ago: secondsAgo,
      requests,
      samples,
    })),
  };
}
