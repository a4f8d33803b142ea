import type { EChartsOption, TooltipComponentOption } from 'echarts';
import { chartAxes } from './chart-axes.js';
import { legendOf, titleOf } from './chart-legend.js';
import { curveSeries, densitySeries, pointSeries } from './chart-series.js';
import { type ChartView, chartView, type MarkedPoint } from './chart-view.js';
import { curveLabel, densityLabel, describeCurves, shownName, subtitle } from './chart-words.js';
import {
  type ChartedCurve,
  type ChartedDocument,
  chartedCurve,
  type Density,
  densityOf,
  withoutLevel,
} from './charted-curve.js';
import { densityCells } from './density-cells.js';
import { formatNumber } from './number-words.js';
import { MOST_CURVES, PALETTES, type Palette, type Theme } from './palette.js';

/** What a chart shows besides its curves. */
export interface ChartSettings {
  readonly theme: Theme;
  /** One that the first curve has; by default its first one. */
  readonly characteristic?: string | undefined;
  /**
   * Below the curves. By default that of the fitted samples of the first curve that has one; null for none.
   * Shown for the first characteristic only, which it is of.
   */
  readonly density?: Density | null | undefined;
  /** What the samples of a given density are: "samples observed since"; by default "fitted samples". */
  readonly densityOf?: string | undefined;
  /** Shown over rewards only, as the density is. */
  readonly point?: MarkedPoint | undefined;
  /** Of the chart, in CSS pixels: the legend takes more lines where it is narrow. */
  readonly width?: number | undefined;
}

/** No name in quotes: zrender writes the attributes of an SVG as they are. */
const FONTS = 'system-ui, Helvetica, Arial, sans-serif';

/** CSS pixels of a chart that says nothing of its width. */
const USUAL_WIDTH = 900;

/** The description of a chart: for ECharts, and in words. */
export interface Chart {
  readonly options: EChartsOption;
  /** One line: the reward model, the characteristic, the versions. */
  readonly title: string;
  /** What is seen, for those who do not see it. */
  readonly description: string;
}

/**
 * The chart of one to {@link MOST_CURVES} versions of a reward model's curve in one characteristic, over the
 * density of its samples. Server and browser show the same: see `openChart`.
 *
 * The curve of the first characteristic is drawn as the fitted mean reward, since that is what lies in the
 * midst of raw rewards; the axis on the right reads the same line as bias, less its mean. Other
 * characteristics have the bias alone, less its mean. The whole bias is drawn, whatever α: calibration
 * subtracts α times it.
 *
 * @throws RangeError where there are no curves or too many, or one does not have the characteristic.
 */
export function chartOf(documents: readonly ChartedDocument[], settings: ChartSettings): Chart {
  const { theme, width = USUAL_WIDTH } = settings;
  if (documents.length === 0 || documents.length > MOST_CURVES)
    throw new RangeError(`a chart has 1 to ${MOST_CURVES} curves, not ${documents.length}`);
  const characteristic = settings.characteristic ?? documents[0].characteristics[0].name;
  const curves = alike(documents.map((document) => curveOf(document, characteristic)));
  const found = documents.map((document) => densityOf(document, characteristic));
  // Rewards lie elsewhere than a bias alone.
  const isReward = curves.every((curve) => curve.isReward);
  const { density: given = found.find((one) => one !== undefined) } = settings;
  const density = isReward ? (given ?? undefined) : undefined;
  const point = isReward ? settings.point : undefined;
  const view = chartView(curves, density, point);
  const palette = PALETTES[theme];
  const named = distinctNames(curves);
  const label = density && densityLabel(density, settings.densityOf ?? 'fitted samples');
  const series = [
    ...(density && label ? [densitySeries(label, densityCells(density, view.x, view.y), palette)] : []),
    ...named.flatMap((curve, i) => curveSeries(curve, i, named, view, palette)),
    ...(point ? [pointSeries(point, view, palette)] : []),
  ];
  const name = shownName(documents[0].reward_model);
  const legend = legendOf(series, width, palette);
  return {
    title: `${name}: ${subtitle(documents, characteristic)}, ${named.map(curveLabel).join(' and ')}`,
    description: describeCurves(named, characteristic),
    options: {
      animation: false,
      backgroundColor: palette.background,
      textStyle: { color: palette.text, fontFamily: FONTS },
      title: titleOf(name, subtitle(documents, characteristic), width, palette),
      legend: legend.option,
      tooltip: tooltipOf(view, shownName(characteristic), palette),
      ...chartAxes(named, view, characteristic, legend.height, palette),
      series,
    },
  };
}

function curveOf(document: ChartedDocument, characteristic: string): ChartedCurve {
  const curve = chartedCurve(document, characteristic);
  if (curve === undefined) throw new RangeError(`a curve without the characteristic ${characteristic}`);
  return curve;
}

/** Curves on one level: where one has none, none has. */
function alike(curves: readonly ChartedCurve[]): readonly ChartedCurve[] {
  return curves.every(({ isReward }) => isReward) ? curves : curves.map(withoutLevel);
}

/** ECharts takes series of one name for one: a version beside itself is the same line twice. */
function distinctNames(curves: readonly ChartedCurve[]): ChartedCurve[] {
  return curves.map((curve, i) => {
    const isTaken = curves.slice(0, i).some(({ name }) => name === curve.name);
    return isTaken ? { ...curve, name: `${curve.name} (again)` } : curve;
  });
}

function tooltipOf({ x, y }: ChartView, unit: string, palette: Palette): TooltipComponentOption {
  return {
    trigger: 'axis',
    // Drawn, not HTML: a page may forbid styles that come with markup.
    renderMode: 'richText',
    backgroundColor: palette.background,
    borderColor: palette.grid,
    textStyle: { color: palette.text, fontSize: 12 },
    axisPointer: {
      type: 'line',
      label: {
        formatter: ({ value: place }: { value: unknown }) =>
          `${formatNumber(x.valueAt(Number(place)))} ${unit}`,
      },
    },
    valueFormatter: (height: unknown) => {
      const given = Array.isArray(height) ? height[height.length - 1] : height;
      return formatNumber(y.valueAt(Number(given)));
    },
  };
}
