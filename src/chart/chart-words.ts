import { capitalized } from './capitalized.js';
import { BAND } from './chart-view.js';
import {
  type ChartedCurve,
  type ChartedDocument,
  type Density,
  samplesOf,
  versionName,
} from './charted-curve.js';
import { formatCount, formatNumber, formatRough } from './number-words.js';

/** A character that is no text, and that XML does not have. */
const UNPRINTABLE = /[\p{Cc}\p{Cn}\p{Cs}]/gu;

/** A name as a chart shows it. */
export function shownName(name: string): string {
  return name.replace(UNPRINTABLE, '\u{FFFD}').replaceAll('__proto__', INHERITED);
}

/**
 * With a word joiner, which nobody sees. zrender keeps the widths of texts in an object with the texts as
 * keys: of the text without it, it would write into `Object.prototype`.
 */
const INHERITED = '__proto\u{2060}__';

/** The line below the title: what was fitted, when, and to how much. */
export function subtitle(documents: readonly ChartedDocument[], characteristic: string): string {
  const fits = documents.map((document) => {
    const { estimator, fitted_at, samples } = document;
    const name = documents.length === 1 ? '' : `${versionName(document)}: `;
    return `${name}${estimator}, ${fitted_at.slice(0, 10)}, ${formatCount(samples)} samples`;
  });
  return `reward by ${shownName(characteristic)} · ${fits.join(' · ')}`;
}

/** A curve in the legend: `version 3, α = 1`. */
export function curveLabel({ name, alpha }: ChartedCurve): string {
  return `${name}, α = ${formatNumber(alpha)}`;
}

/** The bands of the curves in the legend. */
export const BAND_LABEL = `± ${BAND} standard errors`;

/** What happens outside the fitted range, in the legend. */
export function beyondLabel(curves: readonly ChartedCurve[]): string {
  const kinds = new Set(curves.map(({ beyond }) => beyond));
  if (kinds.size > 1) return 'beyond: as each curve goes on';
  return kinds.has('line') ? 'beyond: the line goes on' : 'beyond: the end value is held';
}

/** The density in the legend. */
export function densityLabel(density: Density, of: string): string {
  return `density of ${formatCount(samplesOf(density))} ${of}`;
}

/** The name of the vertical axis. */
export function heightName(curves: readonly ChartedCurve[]): string {
  if (curves.some(({ isReward }) => !isReward)) return 'bias, less its mean';
  // A penalty is not fitted.
  return curves.every(({ hasRange }) => hasRange)
    ? 'reward (line: fitted mean)'
    : 'reward (line: mean plus bias)';
}

/**
 * The chart in words, for those who do not see it: a `<desc>` or an `aria-label`.
 *
 * @example "The fitted mean reward by chars. Version 3, α = 1: from −0.9 at 40 chars over 0.5 at 420 to 1.2
 *   at 1,650. Beyond this range the end values are held. Two standard errors are at most 0.3."
 */
export function describeCurves(curves: readonly ChartedCurve[], characteristic: string): string {
  const unit = shownName(characteristic);
  const what = curves.some(({ isReward }) => isReward)
    ? 'The fitted mean reward'
    : 'The bias of the reward, less its mean,';
  return [`${what} by ${unit}.`, ...curves.map((curve) => describeCurve(curve, unit))].join(' ');
}

function describeCurve(curve: ChartedCurve, unit: string): string {
  const { knots, heights, standardErrors, beyond } = curve;
  const [first, middle, last] = [knots[0], knots[knots.length >>> 1], knots[knots.length - 1]];
  const at = (knot: number) => `${formatNumber(curve.heightAt(knot))} at ${formatNumber(knot)}`;
  const course =
    knots.length > 2
      ? `from ${at(first)} ${unit} over ${at(middle)} to ${at(last)}`
      : heights.length > 1
        ? `from ${at(first)} ${unit} to ${at(last)}`
        : `${at(first)} ${unit}`;
  const outside =
    beyond === 'line' ? 'The line goes on beyond.' : 'Beyond this range the end values are held.';
  const largest = standardErrors?.reduce((most, error) => Math.max(most, error), 0);
  const errors =
    largest === undefined ? '' : ` Two standard errors are at most ${formatRough(BAND * largest)}.`;
  const taken = curve.alpha === 1 ? '' : ` Of the bias, ${formatNumber(curve.alpha)} times is taken off.`;
  return `${capitalized(curveLabel(curve))}: ${course}. ${outside}${errors}${taken}`;
}
