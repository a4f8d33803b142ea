import { loadBeta } from '../../calibration/statistics/beta.js';
import type { WarmingRound } from '../../fitting/fitter.js';
import type { HandedOver } from '../../fitting/hand-over.js';
import { type Outcome, outcomeOfAsync } from '../../fitting/outcome.js';
import { runFitCalibrate, runNamedFit } from '../../service/run-fit.js';
import { askForCurve } from '../jobs/ask-for-curve.js';
import type { FindCurve } from '../jobs/curve-or-settings.js';
import type { Asking, Job, UnreadJson } from '../jobs/job.js';
import type { WorkerTasks } from '../jobs/worker-tasks.js';
import { releaseMemory } from '../operation/release-memory.js';
import { warmUp } from './warm-up.js';

/*
 * The tasks of the worker threads: see `worker-tasks.ts`. What only some tasks need is loaded by the first of
 * them: loading a reader of requests takes longer than a small fit, and a thread that only fits stays small.
 */

/** A task of the worker: reads the request, unless it was read before, and runs it. */
type Task<Name extends keyof WorkerTasks> = (
  job: WorkerTasks[Name]['job'],
) => Promise<Outcome<WorkerTasks[Name]['result']>>;

function taskOf<Request, Given extends UnreadJson, Result>(
  loadReader: () => Promise<(given: Given) => Promise<Request>>,
  loadRun: () => Promise<(request: Request) => Result>,
): (job: Job<Request, Given>) => Promise<Outcome<Result>> {
  return (job) =>
    outcomeOfAsync(async () => {
      const run = await loadRun();
      return run(job.kind === 'read' ? job.request : await (await loadReader())(job));
    });
}

/** A reader of bodies that may name a curve, for which it asks the main thread. */
function asking<Request, Given extends UnreadJson>(
  read: (given: Given, findCurve: FindCurve) => Promise<Request>,
): (given: Asking<Given>) => Promise<Request> {
  return (given) => read(given, (name) => askForCurve(given.port, name));
}

/**
 * Loads what a fit needs, and fits a little, before anyone asks: the first fit would take most of a second,
 * and dozens twice as long as later ones. After the last round the memory that it took beyond need is given
 * back.
 */
export async function warm(round: WarmingRound): Promise<Outcome<null>> {
  const { readFit } = await import('../fit/job.js');
  await warmUp(readFit, round);
  if (round.isLast) await releaseMemory();
  return { result: null };
}

/** Fits. */
export const fit: Task<'fit'> = taskOf(
  async () => (await import('../fit/job.js')).readFit,
  async () => runNamedFit,
);

/** Fits, and calibrates the fitted samples; their columns are transferred. */
export async function fitCalibrate(
  job: WorkerTasks['fitCalibrate']['job'],
): Promise<Outcome<WorkerTasks['fitCalibrate']['result']> | HandedOver> {
  const [outcome, { handOver }] = await Promise.all([
    calibrateFitted(job),
    import('../../fitting/hand-over.js'),
  ]);
  return handOver(outcome, ({ calibration: { rewards, biases } }) => [rewards.buffer, biases.buffer]);
}

const calibrateFitted: Task<'fitCalibrate'> = taskOf(
  async () => (await import('../fit-calibrate/job.js')).readFitCalibrate,
  async () => runFitCalibrate,
);

/** Compares rewards with labels, with the curve that the request names or one fitted to the pairs. */
export const evaluate: Task<'evaluate'> = taskOf(
  async () => asking((await import('../evaluate/job.js')).readEvaluation),
  async () => {
    const [{ finishEvaluation }, beta] = await Promise.all([import('../evaluate/evaluation.js'), loadBeta()]);
    return (request) => finishEvaluation(request, beta);
  },
);

/** Seeks the pairs that the curve that the request names disputes, or one fitted to the samples. */
export const disputedPairs: Task<'disputedPairs'> = taskOf(
  async () => asking((await import('../disputed-pairs/job.js')).readDisputes),
  async () => (await import('../disputed-pairs/search.js')).finishSearch,
);

/** The verdict of labels on a calibration. */
export const verdict: Task<'verdict'> = taskOf(
  async () => asking((await import('../verdict/job.js')).readVerdict),
  async () => {
    const [{ finishVerdict }, beta] = await Promise.all([import('../verdict/judgement.js'), loadBeta()]);
    return (request) => finishVerdict(request, beta);
  },
);

/** Ranks generators with the curve that the request names, or one fitted to their outputs. */
export const leaderboard: Task<'leaderboard'> = taskOf(
  async () => asking((await import('../leaderboard/job.js')).readLeaderboard),
  async () => (await import('../leaderboard/ranking.js')).finishLeaderboard,
);
