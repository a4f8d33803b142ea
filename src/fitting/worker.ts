import { ServiceError } from '../calibration/errors.js';
import { type Fit, type FitSettings, fitBias } from '../calibration/fit.js';
import type { MeasuredSamples } from '../calibration/samples.js';

/** What travels to the worker thread; the columns are transferred, not copied. */
export interface FitTask {
  readonly samples: MeasuredSamples;
  readonly settings: FitSettings;
}

/** What comes back. A refusal travels as data, since a thrown error loses its class between threads. */
export type FitOutcome =
  | { readonly fit: Fit; readonly seconds: number }
  | { readonly refused: Pick<ServiceError, 'code' | 'message' | 'violations'> };

/** The worker thread's only task: {@link fitBias}, timed. Piscina calls the default export. */
export default function runFit({ samples, settings }: FitTask): FitOutcome {
  const started = performance.now();
  try {
    return { fit: fitBias(samples, settings), seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { refused: { code: error.code, message: error.message, violations: error.violations } };
  }
}
