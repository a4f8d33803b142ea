import type { ChartedDocument } from '../../chart/charted-curve.js';
import type { Theme } from '../../chart/palette.js';

/** A plot to draw: of one or two versions of a curve, in one of their characteristics. */
export interface PlotJob {
  readonly documents: readonly ChartedDocument[];
  readonly characteristic: string;
  readonly theme: Theme;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** The task of the thread that draws, keyed by the function that `plot-worker.ts` exports. */
export interface PlotTasks {
  plot: { job: PlotJob; result: string };
}
