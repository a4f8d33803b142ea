import { type BiasCurve, biasAt } from '../curve/bias-curve.js';
import type { DiagnosedSample } from '../fit/diagnosed-sample.js';
import type { CharacteristicDiagnostics } from '../fit/diagnostics.js';
import { columnOf } from '../fit/estimate.js';
import type { FitSettings } from '../fit/fit-settings.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { figure, listOf, percent, type Warning } from './warning.js';

/**
 * Fewest samples for one local regression: from 50 the standard error is a sixth of the noise in the middle
 * (√(1.4 / 50) by tricube weights) and a third at the ends.
 */
const FEW_NEIGHBOURS = 50;

/** `few-samples-per-neighbourhood`. */
export function neighbourWarnings(
  regressions: readonly CharacteristicDiagnostics[],
  samples: number,
): Warning[] {
  const seen = regressions
    .filter(({ frac }) => frac * samples < FEW_NEIGHBOURS)
    .map(
      ({ characteristic, frac }) =>
        `"${characteristic}": ${Math.floor(frac * samples)} samples (frac ${figure(frac)})`,
    );
  if (seen.length === 0) return [];
  const message = `few samples in each local regression, of ${listOf(seen)}: below ${FEW_NEIGHBOURS} the curve follows noise. Fit more samples; a few thousand make a good curve. A larger "frac" helps a little.`;
  return [{ code: 'few-samples-per-neighbourhood', message }];
}

/**
 * Half of a neighbourhood with the paper's frac of 0.5: more samples at one value rule the curve around it.
 */
const MUCH_MASS = 0.25;

/**
 * `mass-in-ties`, by the diagnosed samples. A window filled by samples of one value has no width, so with a
 * small frac a smaller mass is too much.
 */
export function tieWarnings({ samples, order }: DiagnosedSample, settings: FitSettings): Warning[] {
  const seen: string[] = [];
  for (const { name } of settings.characteristics) {
    const column = columnOf(samples, name);
    const { values, counts } = order.rankingOf(column);
    const most = counts.reduce((best, count, j) => (count > counts[best] ? j : best), 0);
    const share = counts[most] / column.length;
    const limit = settings.frac === 'auto' ? MUCH_MASS : Math.min(MUCH_MASS, settings.frac);
    if (share > limit) seen.push(`${percent(share)} have "${name}" = ${figure(values[most])}`);
  }
  if (seen.length === 0) return [];
  const message = `many samples share one value of a characteristic: ${listOf(seen)}. The curve is the mean reward there and says little about its surroundings. Look whether those are real (empty or truncated responses, a missing count given as 0); leave them out, or choose a characteristic that varies.`;
  return [{ code: 'mass-in-ties', message }];
}

/**
 * An end of a curve is half of its range; fewer samples there than any fit is made from are few
 * (MIN_FIT_SAMPLES).
 */
const FEW_AT_END = 10;

/** And they matter where the standard error at the end is at least this share of the curve's whole swing. */
const UNCERTAIN_END = 0.5;

/** `thin-ends`: half of the fitted range rests on a handful of samples, and the curve is uncertain there. */
export function endWarnings(samples: MeasuredSamples, curves: readonly BiasCurve[]): Warning[] {
  const seen = curves.flatMap((curve) => {
    const parts = curves.filter(({ characteristic }) => characteristic === curve.characteristic);
    return thinEndsOf(curve, parts, columnOf(samples, curve.characteristic));
  });
  if (seen.length === 0) return [];
  const message = `few samples at an end: ${listOf(seen)}. There the curve rests on a handful of samples, and beyond it holds its end value. Fit more samples of that kind, leave single extreme ones out, or do not trust calibrated rewards there.`;
  return [{ code: 'thin-ends', message }];
}

/** @param parts the curves of the same characteristic, which add up. */
function thinEndsOf(curve: BiasCurve, parts: readonly BiasCurve[], column: Float64Array): string[] {
  const { characteristic, knots, standardErrors } = curve;
  if (standardErrors === undefined) return [];
  const last = knots.length - 1;
  const middle = knots[0] / 2 + knots[last] / 2;
  let below = 0;
  for (let i = 0; i < column.length; i++) below += column[i] < middle ? 1 : 0;
  const biases = knots.map((knot) => parts.reduce((sum, part) => sum + biasAt(part, knot), 0));
  const swing = biases.reduce((a, b) => Math.max(a, b)) - biases.reduce((a, b) => Math.min(a, b));
  const isThin = (count: number, error: number) => count < FEW_AT_END && error >= UNCERTAIN_END * swing;
  const describe = (count: number, side: string, error: number) =>
    `${count} with "${characteristic}" ${side} ${figure(middle)} (standard error up to ${figure(error)})`;
  const above = column.length - below;
  return [
    ...(isThin(below, standardErrors[0]) ? [describe(below, 'below', standardErrors[0])] : []),
    ...(isThin(above, standardErrors[last]) ? [describe(above, 'from', standardErrors[last])] : []),
  ];
}
