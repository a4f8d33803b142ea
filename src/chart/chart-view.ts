import { type AxisScale, characteristicScale, linearScale, padded } from './axis-scale.js';
import type { ChartedCurve, Density } from './charted-curve.js';

/** A sample to mark: the value of the characteristic, and the raw reward. */
export interface MarkedPoint {
  readonly x: number;
  readonly reward: number;
}

/** The part of the plane that a chart shows. */
export interface ChartView {
  readonly x: AxisScale;
  readonly y: AxisScale;
}

/**
 * The outermost bins of rewards reach to the least and the greatest reward, which may be outliers: of each
 * this much is shown, as a share of the bins between them (1/32 of normal rewards lie beyond 1.9 standard
 * deviations, this shows 4.1).
 */
const TAIL = 0.6;

/** Fewer bins than these have no tails. */
const BINS_WITH_TAILS = 4;

/** Standard errors above and below a curve that are drawn. */
export const BAND = 2;

/** The band may take this much of the height above and below the curves; where it is wider it is cut. */
const MOST_BAND = 0.5;

/** What has to be seen: all of the curves and the marked point, and the density without its outliers. */
export function chartView(
  curves: readonly ChartedCurve[],
  density: Density | undefined,
  point: MarkedPoint | undefined,
): ChartView {
  return { x: viewOfX(curves, density, point), y: viewOfY(curves, density, point) };
}

function viewOfX(
  curves: readonly ChartedCurve[],
  density: Density | undefined,
  point: MarkedPoint | undefined,
): AxisScale {
  const typical = density?.characteristic.edges ?? curves[0].knots;
  const shown = [
    ...curves.flatMap(({ knots }) => [knots[0], knots[knots.length - 1]]),
    ...ends(density?.characteristic.edges),
    ...(point === undefined ? [] : [point.x]),
  ];
  const positive = [...typical, ...shown].filter((value) => value > 0);
  return characteristicScale(extentOf(shown), typical, Math.min(...positive));
}

function viewOfY(
  curves: readonly ChartedCurve[],
  density: Density | undefined,
  point: MarkedPoint | undefined,
): AxisScale {
  const [least, greatest] = extentOf([
    ...curves.flatMap(({ heights }) => extentOf(heights)),
    ...withoutTails(density?.reward.edges),
    ...(point === undefined ? [] : [point.reward, curves[0].heightAt(point.x)]),
  ]);
  const room = MOST_BAND * (greatest - least || 1);
  const band = curves.flatMap(({ heights, standardErrors }) =>
    heights.flatMap((height, i) => {
      const margin = BAND * (standardErrors?.[i] ?? 0);
      return [Math.max(least - room, height - margin), Math.min(greatest + room, height + margin)];
    }),
  );
  return linearScale(...padded(...extentOf([least, greatest, ...band])));
}

function withoutTails(edges: readonly number[] = []): number[] {
  const last = edges.length - 1;
  if (last < BINS_WITH_TAILS) return ends(edges);
  const room = TAIL * (edges[last - 1] - edges[1]);
  return [Math.max(edges[0], edges[1] - room), Math.min(edges[last], edges[last - 1] + room)];
}

function ends(edges: readonly number[] = []): number[] {
  return edges.length === 0 ? [] : [edges[0], edges[edges.length - 1]];
}

/** The least and the greatest of values. */
function extentOf(values: readonly number[]): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}
