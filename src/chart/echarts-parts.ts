import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  LegendPlainComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/* The only place that loads ECharts: just the parts that these charts have, so that a page stays small. */

use([
  LineChart,
  CustomChart,
  ScatterChart,
  GridComponent,
  LegendPlainComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  SVGRenderer,
]);

/** A chart on a page: `setOption(chartOf(…).options, true)` draws, `resize()` fits, `dispose()` ends it. */
export function openChart(element: Parameters<typeof init>[0]): EChartsType {
  return init(element, null, { renderer: 'svg' });
}

/** A chart as text, without a page: `renderToSVGString()` once its options are set. */
export function openTextChart(width: number, height: number): EChartsType {
  return init(null, null, { renderer: 'svg', ssr: true, width, height });
}
