import type { AuditDocument } from '../../curves/audit-document.js';
import type { CalibratingFit, FitRequest, NamedFit, NamedFitRequest } from '../../service/fit-request.js';
import type { DisputedPairsQuery } from '../disputed-pairs/schema.js';
import type { DisputeRequest, FinishedSearch } from '../disputed-pairs/search.js';
import type { EvaluationRequest, FinishedEvaluation } from '../evaluate/evaluation.js';
import type { FitQuery } from '../fit/schema.js';
import type { FitCalibrateQuery } from '../fit-calibrate/schema.js';
import type { FinishedLeaderboard, LeaderboardRequest } from '../leaderboard/ranking.js';
import type { VerdictRequest } from '../verdict/judgement.js';
import type { Asking, Job, Unread } from './job.js';

/**
 * The tasks of the worker threads, keyed by the function that `worker.ts` exports: input and output of each.
 */
export interface WorkerTasks {
  fit: { job: Job<NamedFitRequest, Unread<FitQuery>>; result: NamedFit };
  fitCalibrate: { job: Job<FitRequest, Unread<FitCalibrateQuery>>; result: CalibratingFit };
  evaluate: { job: Job<EvaluationRequest, Asking>; result: FinishedEvaluation };
  disputedPairs: {
    job: Job<DisputeRequest, Asking<Unread<DisputedPairsQuery>>>;
    result: FinishedSearch;
  };
  verdict: { job: Job<VerdictRequest, Asking>; result: AuditDocument };
  leaderboard: { job: Job<LeaderboardRequest, Asking>; result: FinishedLeaderboard };
}
