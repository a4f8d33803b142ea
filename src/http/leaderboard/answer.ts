import type { z } from 'zod';
import type { Gameability } from '../../calibration/leaderboard/gameability.js';
import { toFitted } from '../curves/schema.js';
import type { leaderboardAnswer } from './answer-schema.js';
import type { FinishedLeaderboard } from './ranking.js';

type Answer = z.infer<typeof leaderboardAnswer>;

/** A leaderboard as the API shows it. */
export function toLeaderboardAnswer({ leaderboard, calibratedBy }: FinishedLeaderboard): Answer {
  const { agreement, gameability } = leaderboard;
  return {
    ...('version' in calibratedBy && {
      reward_model: calibratedBy.rewardModel,
      version: calibratedBy.version,
    }),
    ...toFitted(calibratedBy),
    generators: leaderboard.generators.map((entry) => ({
      generator: entry.generator,
      outputs: entry.outputs,
      mean_length: entry.meanLength,
      win_rate: entry.winRate,
      discrete_win_rate: entry.discreteWinRate,
      rank: entry.rank,
    })),
    correlation: { spearman: leaderboard.spearman, pearson: leaderboard.pearson },
    ...(agreement && { agreement }),
    ...(gameability && { gameability: toGameability(gameability) }),
    left_as_they_are: leaderboard.leftAsTheyAre,
    extrapolated: leaderboard.extrapolated,
  };
}

function toGameability({ models, all, verbosity, conciseness, metricScale }: Gameability) {
  return { models: [...models], all, verbosity, conciseness, metric_scale: metricScale };
}
