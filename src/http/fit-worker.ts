import { fitBias } from '../calibration/fit.js';
import { type Outcome, outcomeOf } from '../fitting/outcome.js';
import type { FinishedFit, FitJob, ReadFit } from './fit-job.js';

/**
 * The worker thread's only task: reads the request, if that is still to be done, and fits. Piscina calls the default export. What
 * reads requests is loaded when it is first needed: it takes longer to start than a small fit takes in all.
 */
export default async function work(job: FitJob): Promise<Outcome<FinishedFit>> {
  if (!('body' in job)) return outcomeOf(() => fitSamples(job));
  const { readFit } = await import('./fit-job.js');
  return outcomeOf(() => fitSamples(readFit(job)));
}

function fitSamples({ rewardModel, settings, samples }: ReadFit): FinishedFit {
  const count = samples.rewards.length;
  const started = performance.now();
  const fit = fitBias(samples, settings);
  return { rewardModel, settings, count, fit, seconds: (performance.now() - started) / 1000 };
}
