import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption, SeriesOption } from 'echarts';
import { BAND, type ChartView, type MarkedPoint } from './chart-view.js';
import { BAND_LABEL, beyondLabel, curveLabel } from './chart-words.js';
import type { ChartedCurve } from './charted-curve.js';
import type { DensityCell } from './density-cells.js';
import { formatNumber } from './number-words.js';
import { BEYOND, DASHES, densityColor, type Palette } from './palette.js';

/** The density of samples. */
export function densitySeries(
  name: string,
  cells: readonly DensityCell[],
  palette: Palette,
): CustomSeriesOption {
  const levels = Array.from({ length: DENSITY_LEVELS }, (_, level) =>
    cells.filter(({ share }) => Math.ceil(share * DENSITY_LEVELS) === level + 1),
  ).filter((level) => level.length > 0);
  return {
    name,
    type: 'custom',
    silent: true,
    clip: true,
    tooltip: { show: false },
    itemStyle: { color: densityColor(palette, 0.75) },
    // Where the items lie does not matter to the axes, which are fixed.
    data: levels.map(([{ from }]) => [...from]),
    renderItem: ({ dataIndex }, api) => ({
      type: 'path',
      shape: {
        pathData: levels[dataIndex].map((cell) => outlineOf(cell, (place) => api.coord(place))).join(''),
      },
      style: { fill: densityColor(palette, levels[dataIndex][0].share) },
    }),
  };
}

/** The bins of a shade are one path: a tenth of the elements, and half of the text. */
const DENSITY_LEVELS = 24;

/** CSS pixels of a bin that is as narrow as one value. */
const NARROWEST = 2;

/** A bin in the language of SVG paths. */
function outlineOf({ from, to }: DensityCell, coord: (place: number[]) => number[]): string {
  const [left, bottom] = coord([...from]);
  const [right, top] = coord([...to]);
  // A little over the next one, so that no gap shows.
  const width = rounded(Math.max(NARROWEST, right - left + 0.3));
  const height = rounded(Math.max(NARROWEST, bottom - top + 0.3));
  return `M${rounded(left)} ${rounded(top)}h${width}v${height}h${-width}z`;
}

function rounded(pixels: number): number {
  return Math.round(100 * pixels) / 100;
}

/** A curve: its band, its line, how it goes on beyond its range, and where that begins. */
export function curveSeries(
  curve: ChartedCurve,
  index: number,
  all: readonly ChartedCurve[],
  view: ChartView,
  palette: Palette,
): SeriesOption[] {
  const { knots, heights, mean, isReward, hasRange } = curve;
  const color = palette.curves[index];
  const dash = DASHES[index] === 'solid' ? 'solid' : [...DASHES[index]];
  const line: LineSeriesOption = {
    name: curveLabel(curve),
    type: 'line',
    data: knots.map((knot, i) => [view.x.placeOf(knot), view.y.placeOf(heights[i])]),
    showSymbol: knots.length === 1,
    symbol: knots.length === 1 ? 'circle' : 'none',
    symbolSize: 8,
    emphasis: { disabled: true },
    color,
    lineStyle: { color, width: 2.5, type: dash },
    z: 4 + index,
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      // Two digits are too few for places.
      precision: -1,
      data: [
        ...(hasRange ? rangeMarks(curve, view, all.length === 1, palette, color) : []),
        ...(all.length === 1 ? [meanMark(mean, isReward, view, palette)] : []),
      ],
    },
  };
  const band = bandSeries(curve, view, color);
  return [...(band ? [band] : []), line, ...beyondSeries(curve, all, view, color)];
}

/** The vertical lines where the fitted range ends. */
function rangeMarks(
  { knots }: ChartedCurve,
  { x }: ChartView,
  isAlone: boolean,
  palette: Palette,
  color: string,
): NonNullable<NonNullable<LineSeriesOption['markLine']>['data']> {
  const mark = (knot: number, label: string) => ({
    xAxis: x.placeOf(knot),
    lineStyle: { color: isAlone ? palette.faintText : color, width: 1, type: [3, 3] },
    label: {
      show: isAlone,
      position: 'end' as const,
      formatter: label,
      color: palette.faintText,
      fontSize: 11,
    },
  });
  const [first, last] = [knots[0], knots[knots.length - 1]];
  if (first === last) return [mark(first, `fitted at ${formatNumber(first)}`)];
  return [mark(first, `fitted from ${formatNumber(first)}`), mark(last, `to ${formatNumber(last)}`)];
}

/** The level about which the bias lies. */
function meanMark(mean: number, isReward: boolean, { y }: ChartView, palette: Palette) {
  return {
    yAxis: y.placeOf(mean),
    lineStyle: { color: palette.faintText, width: 0.75, type: 'solid' as const },
    label: {
      position: 'insideEndBottom' as const,
      // Left of the end of the fitted range.
      distance: [44, 4],
      formatter: isReward ? `mean reward ${formatNumber(mean)}` : 'mean bias',
      color: palette.faintText,
      fontSize: 11,
    },
  };
}

function bandSeries(curve: ChartedCurve, { x, y }: ChartView, color: string): CustomSeriesOption | undefined {
  const { knots, heights, standardErrors } = curve;
  if (standardErrors === undefined || knots.length < 2) return undefined;
  const edge = (sign: 1 | -1) =>
    knots.map((knot, i) => [x.placeOf(knot), y.placeOf(heights[i] + sign * BAND * standardErrors[i])]);
  const outline = [...edge(1), ...edge(-1).reverse()];
  return {
    name: BAND_LABEL,
    type: 'custom',
    silent: true,
    clip: true,
    tooltip: { show: false },
    z: 3,
    itemStyle: { color, opacity: 0.28 },
    // One item, the whole outline; where it lies does not matter to the axes, which are fixed.
    data: [outline[0]],
    renderItem: (_, api) => ({
      type: 'polygon',
      shape: { points: outline.map((point) => api.coord(point).map(rounded)) },
      style: { fill: color, opacity: 0.22, stroke: color, lineWidth: 0.75, strokeOpacity: 0.5 },
    }),
  };
}

/** How the curve goes on to both ends of the axis. */
function beyondSeries(
  curve: ChartedCurve,
  all: readonly ChartedCurve[],
  { x, y }: ChartView,
  color: string,
): LineSeriesOption[] {
  const { knots } = curve;
  const at = (place: number, value: number) => [place, y.placeOf(curve.heightAt(value))];
  const ends = [
    [knots[0], 0],
    [knots[knots.length - 1], 1],
  ];
  return ends.map(([knot, end]) => ({
    name: beyondLabel(all),
    type: 'line',
    data: [at(x.placeOf(knot), knot), at(end, x.valueAt(end))],
    silent: true,
    symbol: 'none',
    tooltip: { show: false },
    emphasis: { disabled: true },
    color,
    lineStyle: { color, width: 2, type: BEYOND },
    z: 4,
  }));
}

/** The marked point. */
export function pointSeries(
  { x, reward }: MarkedPoint,
  view: ChartView,
  palette: Palette,
): ScatterSeriesOption {
  return {
    name: `this response: ${formatNumber(x)}, reward ${formatNumber(reward)}`,
    type: 'scatter',
    symbol: 'diamond',
    symbolSize: 15,
    data: [[view.x.placeOf(x), view.y.placeOf(reward)]],
    itemStyle: { color: palette.point, borderColor: palette.background, borderWidth: 2 },
    tooltip: { show: false },
    z: 6,
  };
}
