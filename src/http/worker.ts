import { calibrate } from '../calibration/calibrate.js';
import { fitBias } from '../calibration/fit.js';
import { type Outcome, outcomeOf } from '../fitting/outcome.js';
import type { FinishedFit, FitRequest } from './fit-job.js';
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

/** The same, and calibrates the fitted samples. */
export async function fitCalibrate(job: Job<'fitCalibrate'>): Result<'fitCalibrate'> {
  if (!('body' in job)) return outcomeOf(() => calibrateSamples(job));
  const { readFitCalibrate } = await import('./fit-job.js');
  return outcomeOf(() => calibrateSamples(readFitCalibrate(job)));
}

function calibrateSamples(request: FitRequest): WorkerTasks['fitCalibrate']['result'] {
  const finished = fitSamples(request);
  return { ...finished, calibration: calibrate(request.samples, finished.fit.curves, false) };
}

function fitSamples({ settings, samples }: FitRequest): FinishedFit {
  const count = samples.rewards.length;
  const started = performance.now();
  const fitted = fitBias(samples, settings);
  return { settings, count, fit: fitted, seconds: (performance.now() - started) / 1000 };
}

/** Reads the request, if that is still to be done, and judges its pairs. */
export async function evaluate(job: Job<'evaluate'>): Result<'evaluate'> {
  const { finishEvaluation, readEvaluation } = await import('./evaluate-job.js');
  return outcomeOf(() => {
    const request = 'body' in job ? readEvaluation(job) : job;
    return 'curveNeeded' in request ? request : finishEvaluation(request);
  });
}
