import type { z } from 'zod';
import type { Gameability } from '../calibration/leaderboard/gameability.js';
import { settingsFields, toDiagnostics } from '../curves/curve-document.js';
import type { FinishedLeaderboard } from './leaderboard-job.js';
import { toRemoved } from './schemas/curves.js';
import type { leaderboardAnswer } from './schemas/leaderboard.js';

type Answer = z.infer<typeof leaderboardAnswer>;

/** A leaderboard as the API shows it. */
export function toLeaderboardAnswer({ leaderboard, calibratedBy }: FinishedLeaderboard): Answer {
  const { agreement, gameability } = leaderboard;
  return {
    ...toCurve(calibratedBy),
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
    extrapolated: leaderboard.extrapolated,
  };
}

/** What there is to say of the curve, and of the fit that made it. */
function toCurve(given: FinishedLeaderboard['calibratedBy']) {
  if ('curves' in given) {
    return {
      reward_model: given.rewardModel,
      version: given.version,
      ...settingsFields(given.settings),
      characteristics: given.curves.map(toRemoved),
      samples: given.samples,
      diagnostics: toDiagnostics(given.diagnostics),
    };
  }
  return {
    ...settingsFields(given.settings),
    characteristics: given.fit.curves.map(toRemoved),
    samples: given.count,
    diagnostics: toDiagnostics({ ...given.fit.diagnostics, fitSeconds: given.seconds }),
  };
}

function toGameability({ models, all, verbosity, conciseness, metricScale }: Gameability) {
  return { models: [...models], all, verbosity, conciseness, metric_scale: metricScale };
}
