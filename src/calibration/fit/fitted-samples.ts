import type { MeasuredSamples } from '../samples/samples.js';
import type { DiagnosedSample } from './diagnosed-sample.js';
import type { ResolvedFitSettings } from './fit-settings.js';
import type { UnseenEstimation } from './unseen-rewards.js';

/** Samples with what was fitted to them: what diagnostics are made from. */
export interface FittedSamples {
  readonly samples: MeasuredSamples;
  /** Those of them that diagnostics look at. */
  readonly sample: DiagnosedSample;
  readonly settings: ResolvedFitSettings;
  readonly estimation: UnseenEstimation;
}
