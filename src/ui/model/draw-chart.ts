import { type ChartSettings, chartOf } from '../../chart/chart-options.js';
import type { ChartedDocument } from '../../chart/charted-curve.js';
import { openChart } from '../../chart/echarts-parts.js';

/** A chart in an element. Loaded when first used: ECharts is most of the page's code. */
export interface DrawnChart {
  /** Draws anew, as wide as the element is now; answers with what is seen, in words. */
  readonly draw: (documents: readonly ChartedDocument[], settings: ChartSettings) => string;
  readonly end: () => void;
}

/** Opens a chart in an element that has a size. */
export function drawChart(element: HTMLElement): DrawnChart {
  const opened = openChart(element);
  return {
    draw: (documents, settings) => {
      const { options, description } = chartOf(documents, { ...settings, width: element.clientWidth });
      opened.resize();
      opened.setOption(options, true);
      return description;
    },
    end: () => opened.dispose(),
  };
}
