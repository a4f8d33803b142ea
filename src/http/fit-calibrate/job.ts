import { Unreadable } from '../../calibration/errors.js';
import { collectLines } from '../fit/lines.js';
import { buffersOf, type FitCalibrateJob, isSmall, readFitCalibrate } from '../fit/job.js';
import { LinesBody, UnreadBody } from '../bodies/bodies.js';
import type { FitCalibrateQuery } from './schema.js';
import { readSettings } from '../schemas/settings.js';
import type { Services } from '../services.js';
import type { WorkerTasks } from '../jobs/worker-tasks.js';

/**
 * Fits samples and calibrates them, off the event loop; keeps nothing.
 *
 * @throws as a fit; NotFinite where a calibrated reward is not finite.
 */
export async function fitAndCalibrate(
  { fitter, limits }: Services,
  body: unknown,
  query: FitCalibrateQuery,
  signal: AbortSignal,
): Promise<WorkerTasks['fitCalibrate']['result']> {
  const job = await toJob(body, query, limits.maxFitSamples);
  return fitter.run('fitCalibrate', job, buffersOf(job), signal);
}

async function toJob(body: unknown, query: FitCalibrateQuery, maxSamples: number): Promise<FitCalibrateJob> {
  if (body instanceof UnreadBody) {
    const unread = { format: body.format, body: body.bytes, query, maxSamples };
    return isSmall(unread) ? readFitCalibrate(unread) : unread;
  }
  if (!(body instanceof LinesBody)) throw new Unreadable('empty-body', 'the body is empty');
  const settings = readSettings(query);
  const names = settings.characteristics.map(({ name }) => name);
  return { settings, samples: await collectLines(body.lines, names, maxSamples) };
}
