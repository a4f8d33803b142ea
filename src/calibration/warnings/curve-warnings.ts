import { type BiasCurve, biasAt, characteristicsOf } from '../curve/bias-curve.js';
import type { FittedCharacteristic } from '../fit/estimate.js';
import { figure, listOf, type Warning } from './warning.js';

/** A bias within so many standard errors of its mean could be none. */
const DISTINGUISHABLE_ERRORS = 2;

/** `not-distinguishable`, of the characteristics whose estimator gives standard errors. */
export function effectWarnings(curves: readonly BiasCurve[]): Warning[] {
  const names = characteristicsOf(curves);
  const seen = names.flatMap((name) => {
    const parts = curves.filter(({ characteristic }) => characteristic === name);
    return isIndistinct(parts) ? [`"${name}" (${describe(parts)})`] : [];
  });
  if (seen.length === 0) return [];
  const message = `the bias is nowhere more than ${DISTINGUISHABLE_ERRORS} standard errors from its mean: ${listOf(seen)}. These samples do not show that there is one, so calibration takes away noise. Fit more samples, or do without.`;
  return [{ code: 'not-distinguishable', message }];
}

/** Whether curves of one characteristic add up to a bias that could be constant. */
function isIndistinct(parts: readonly BiasCurve[]): boolean {
  const estimated = parts.find(({ standardErrors }) => standardErrors !== undefined);
  if (estimated?.standardErrors === undefined) return false;
  const { knots, standardErrors } = estimated;
  const mean = parts.reduce((sum, { meanBias }) => sum + meanBias, 0);
  return knots.every((knot, i) => {
    const bias = parts.reduce((sum, part) => sum + biasAt(part, knot), 0);
    return Math.abs(bias - mean) <= DISTINGUISHABLE_ERRORS * standardErrors[i];
  });
}

function describe(parts: readonly BiasCurve[]): string {
  const estimated = parts.find(({ standardErrors }) => standardErrors !== undefined) ?? parts[0];
  const biases = estimated.knots.map((knot) => parts.reduce((sum, part) => sum + biasAt(part, knot), 0));
  const least = biases.reduce((a, b) => Math.min(a, b));
  const most = biases.reduce((a, b) => Math.max(a, b));
  const error = (estimated.standardErrors ?? biases).reduce((a, b) => Math.min(a, b));
  return `from ${figure(least)} to ${figure(most)}, standard error from ${figure(error)}`;
}

/** `back-fitting-unsettled`: curve and levels of the prompts did not settle. */
export function backFittingWarnings(characteristics: readonly FittedCharacteristic[]): Warning[] {
  const seen = characteristics
    .filter(({ regression }) => regression?.backFitting?.settled === false)
    .map(({ name, regression }) => `"${name}" after ${regression?.backFitting?.passes} passes`);
  if (seen.length === 0) return [];
  const message = `the curve and the levels of the prompts had not come to rest: ${listOf(seen)}. Their split is uncertain, as where the characteristic hardly varies within prompts. Compare "iterations": 0, or send more samples per prompt.`;
  return [{ code: 'back-fitting-unsettled', message }];
}
