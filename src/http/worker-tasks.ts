import type { CalibratedColumns } from '../calibration/calibrate.js';
import type { AskingJson } from './curve-or-settings.js';
import type { EvaluationRequest, FinishedEvaluation } from './evaluate-job.js';
import type { FinishedFit, FitCalibrateJob, FitJob } from './fit-job.js';
import type { FinishedLeaderboard, LeaderboardJob } from './leaderboard-job.js';

/** What the worker threads do, by the names of the functions that `worker.ts` exports: what goes in, and what comes out. */
export interface WorkerTasks {
  fit: { job: FitJob; result: FinishedFit & { readonly rewardModel: string } };
  leaderboard: { job: LeaderboardJob; result: FinishedLeaderboard };
  fitCalibrate: { job: FitCalibrateJob; result: FinishedFit & { readonly calibration: CalibratedColumns } };
  evaluate: { job: EvaluationRequest | AskingJson; result: FinishedEvaluation };
}
