import type { ByteBudget } from '../bytes/byte-budget.js';
import type { CurveRegistry } from '../curves/registry.js';
import type { Fitter } from '../fitting/fitter.js';
import type { SampleWindows } from '../fitting/sample-windows.js';
import type { ResponseRuleLog } from '../sidecar/scoring/response-rule-log.js';
import type { SelfCalibration } from '../sidecar/scoring/self-calibration.js';
import type { ShadowLog } from '../sidecar/scoring/shadow-log.js';
import type { Upstreams } from '../sidecar/upstream/upstreams.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { PlotTasks } from './jobs/plot-tasks.js';
import type { WorkerTasks } from './jobs/worker-tasks.js';

/** How large a request may be, in samples unless said otherwise. */
export interface Limits {
  readonly maxBatch: number;
  readonly maxFitSamples: number;
  /** Bytes of one line, and characters of the lines that make one group. */
  readonly lineLimit: number;
}

/** The parts that routes work with. Made once in `app.ts`, passed as an argument, owned by the app. */
export interface Services {
  readonly limits: Limits;
  /** Memory that all requests share for what arrived, and for what waits to be read. */
  readonly bytesInFlight: ByteBudget;
  readonly registry: CurveRegistry;
  readonly fitter: Fitter<WorkerTasks>;
  /** Has a thread of its own: nobody who looks at a plot waits behind fits. */
  readonly plotter: Fitter<PlotTasks>;
  readonly windows: SampleWindows;
  readonly metrics: Metrics;
  readonly upstreams: Upstreams;
  readonly selfCalibration: SelfCalibration;
  readonly shadowLog: ShadowLog;
  readonly responseRuleLog: ResponseRuleLog;
}
