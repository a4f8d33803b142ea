import { fitBias } from '../calibration/fit.js';
import { type Outcome, outcomeOf } from '../fitting/outcome.js';
import { type FinishedFit, type FitJob, readFit } from './fit-job.js';

/** The worker thread's only task: reads the request, if that is still to be done, and fits. Piscina calls the default export. */
export default function work(job: FitJob): Outcome<FinishedFit> {
  return outcomeOf(() => {
    const { rewardModel, settings, samples } = 'body' in job ? readFit(job) : job;
    const count = samples.rewards.length;
    const started = performance.now();
    const fit = fitBias(samples, settings);
    return { rewardModel, settings, count, fit, seconds: (performance.now() - started) / 1000 };
  });
}
