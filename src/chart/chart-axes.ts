import type { GridComponentOption, XAXisComponentOption, YAXisComponentOption } from 'echarts';
import { type AxisScale, linearScale } from './axis-scale.js';
import type { ChartView } from './chart-view.js';
import { heightName, shownName } from './chart-words.js';
import type { ChartedCurve } from './charted-curve.js';
import type { Palette } from './palette.js';

/** The axes of a chart, and where they lie in it. */
export interface ChartAxes {
  readonly grid: GridComponentOption;
  readonly xAxis: XAXisComponentOption;
  readonly yAxis: YAXisComponentOption[];
}

/**
 * CSS pixels: of a letter of a tick; between its ticks' names and an axis's own; of the name; without an
 * axis.
 */
const LETTER = 7.5;
const GAP = 16;
const NAME = 26;
const NO_AXIS = 32;

/** CSS pixels above the plot, for the title, and below it, for the axis. */
const TOP = 84;
const BOTTOM = 62;

/**
 * The axis of the characteristic below, that of rewards (or of the bias alone) on the left. Where one curve
 * is drawn over rewards, a second one on the right reads it as bias.
 *
 * @param legendHeight in CSS pixels, below the axis.
 */
export function chartAxes(
  curves: readonly ChartedCurve[],
  { x, y }: ChartView,
  characteristic: string,
  legendHeight: number,
  palette: Palette,
): ChartAxes {
  const [{ mean, isReward }, ...others] = curves;
  const right = isReward && others.length === 0 ? biasScale(y, mean) : undefined;
  return {
    grid: {
      left: roomFor(y),
      right: right === undefined ? NO_AXIS : roomFor(right),
      top: TOP,
      bottom: BOTTOM + legendHeight,
      outerBoundsMode: 'none',
    },
    xAxis: {
      ...axisOf(x, palette),
      name: `${shownName(characteristic)}${x.isLog ? ' (logarithmic)' : ''}`,
      nameGap: 30,
    },
    yAxis: [
      { ...axisOf(y, palette), name: heightName(curves), nameGap: nameGap(y) },
      ...(right === undefined
        ? []
        : [
            {
              ...axisOf(right, palette),
              position: 'right' as const,
              name: 'bias, less its mean',
              nameGap: nameGap(right),
            },
          ]),
    ],
  };
}

/** The same axis, with zero at the mean reward. */
function biasScale(y: AxisScale, mean: number): AxisScale {
  const scale = linearScale(y.least - mean, y.greatest - mean);
  const zero = scale.placeOf(0);
  const ticks = scale.ticks.map(({ place, name }) => ({ place, name: place > zero ? `+${name}` : name }));
  return { ...scale, ticks };
}

function nameGap({ ticks }: AxisScale): number {
  return GAP + LETTER * ticks.reduce((most, { name }) => Math.max(most, name.length), 0);
}

function roomFor(scale: AxisScale): number {
  return nameGap(scale) + NAME;
}

/** What the axes have in common. */
function axisOf({ ticks }: AxisScale, palette: Palette) {
  const places = ticks.map(({ place }) => place);
  const names = new Map(ticks.map(({ place, name }) => [place, name]));
  return {
    type: 'value' as const,
    min: 0,
    max: 1,
    nameLocation: 'middle' as const,
    nameMoveOverlap: false,
    nameTextStyle: { color: palette.text, fontSize: 13 },
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.faintText } },
    axisTick: { show: true, customValues: places },
    axisLabel: {
      color: palette.faintText,
      fontSize: 12,
      hideOverlap: true,
      customValues: places,
      formatter: (place: number) => names.get(place) ?? '',
    },
    splitLine: { show: false },
  };
}
