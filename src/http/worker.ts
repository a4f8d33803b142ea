import { type CalibratedColumns, calibrateColumns, firstNotFinite } from '../calibration/calibrate.js';
import { NotFinite, placing, type ValuePlace } from '../calibration/finite.js';
import { fitBias } from '../calibration/fit.js';
import { rankGenerators } from '../calibration/leaderboard/leaderboard.js';
import type { HandedOver } from '../fitting/hand-over.js';
import { type Outcome, outcomeOf, outcomeOfAsync } from '../fitting/outcome.js';
import { type FinishedFit, type FitRequest, placeInRow, valuePlaceIn } from './fit-job.js';
import type { LeaderboardRequest } from './leaderboard-job.js';
import type { WorkerTasks } from './worker-tasks.js';

/*
 * The tasks of the worker threads: see `worker-tasks.ts`. What reads requests is loaded when it is first needed, since that takes longer
 * than a small fit takes in all.
 */

type Job<Name extends keyof WorkerTasks> = WorkerTasks[Name]['job'];
type Result<Name extends keyof WorkerTasks> = Promise<Outcome<WorkerTasks[Name]['result']>>;

/** Reads the request, if that is still to be done, and fits. */
export async function fit(job: Job<'fit'>): Result<'fit'> {
  if (!('body' in job)) return outcomeOf(() => ({ rewardModel: job.rewardModel, ...fitSamples(job) }));
  const { readFit } = await import('./fit-job.js');
  return outcomeOf(() => {
    const { rewardModel, ...request } = readFit(job);
    return { rewardModel, ...fitSamples(request) };
  });
}

/** The same, and calibrates the fitted samples; hands their columns over. */
export async function fitCalibrate(
  job: Job<'fitCalibrate'>,
): Promise<Outcome<WorkerTasks['fitCalibrate']['result']> | HandedOver> {
  if (!('body' in job)) return outcomeOf(() => calibrateSamples(job));
  const [{ readFitCalibrate }, { handOver }] = await Promise.all([
    import('./fit-job.js'),
    import('../fitting/hand-over.js'),
  ]);
  const outcome = outcomeOf(() => calibrateSamples(readFitCalibrate(job)));
  return handOver(outcome, ({ calibration: { rewards, biases } }) => [rewards.buffer, biases.buffer]);
}

/** Ranks generators by the curve that the request names, or by one fitted to its outputs. */
export async function leaderboard(job: Job<'leaderboard'>): Result<'leaderboard'> {
  if (!('body' in job)) return outcomeOf(() => rank(job));
  const [{ readLeaderboard }, { askForCurve }] = await Promise.all([
    import('./leaderboard-job.js'),
    import('./ask-for-curve.js'),
  ]);
  return outcomeOfAsync(async () => rank(await readLeaderboard(job, (name) => askForCurve(job.port, name))));
}

function rank({ scored, options, curve }: LeaderboardRequest): WorkerTasks['leaderboard']['result'] {
  if ('curves' in curve) {
    return { leaderboard: rankGenerators(scored, curve.curves, options), calibratedBy: curve };
  }
  const finished = fitSamples({ settings: curve, samples: scored.outputs }, inOutputs);
  return { leaderboard: rankGenerators(scored, finished.curves, options), calibratedBy: finished };
}

const inOutputs: ValuePlace = ({ column, sample }) => ['outputs', sample, ...placeInRow(column)];

function calibrateSamples(request: FitRequest): WorkerTasks['fitCalibrate']['result'] {
  const finished = fitSamples(request);
  const calibration = calibrateColumns(request.samples, finished.curves, false);
  refuseNotFinite(calibration, valuePlaceIn(request.field));
  return { ...finished, calibration };
}

function refuseNotFinite({ rewards }: CalibratedColumns, placeOf: ValuePlace): void {
  const broken = firstNotFinite(rewards);
  if (broken < 0) return;
  const value = { column: 'rewards', sample: broken };
  throw new NotFinite(value, placeOf(value));
}

function fitSamples(
  { settings, samples, field }: FitRequest,
  placeOf: ValuePlace = valuePlaceIn(field),
): FinishedFit {
  const started = performance.now();
  const { diagnostics, ...fitted } = placing(placeOf, () => fitBias(samples, settings));
  const fitSeconds = (performance.now() - started) / 1000;
  const count = samples.rewards.length;
  return { settings, samples: count, ...fitted, diagnostics: { ...diagnostics, fitSeconds } };
}

/** Judges labelled pairs by the curve that the request names, or by one fitted to them. */
export async function evaluate(job: Job<'evaluate'>): Result<'evaluate'> {
  const [{ finishEvaluation, readEvaluation }, { askForCurve }] = await Promise.all([
    import('./evaluate-job.js'),
    import('./ask-for-curve.js'),
  ]);
  if (!('body' in job)) return outcomeOf(() => finishEvaluation(job));
  return outcomeOfAsync(async () =>
    finishEvaluation(await readEvaluation(job, (name) => askForCurve(job.port, name))),
  );
}
