import { chartOf } from '../../chart/chart-options.js';
import { chartSvg } from '../../chart/chart-svg.js';
import { type Outcome, outcomeOf } from '../../fitting/outcome.js';
import type { PlotJob } from '../jobs/plot-tasks.js';

/** Draws a plot as SVG. Only this thread loads ECharts. */
export function plot({ documents, characteristic, theme, width, height }: PlotJob): Outcome<string> {
  return outcomeOf(() => chartSvg(chartOf(documents, { characteristic, theme, width }), width, height));
}
