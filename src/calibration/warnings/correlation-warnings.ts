import type { FitFigures } from '../fit/diagnostics.js';
import type { ResolvedFitSettings } from '../fit/fit-settings.js';
import { isConstant } from '../statistics/deviations.js';
import { figure, type Warning } from './warning.js';

/** A correlation that is still larger than this times the one before has hardly been reduced. */
const HARDLY_REDUCED = 0.5;

/**
 * A correlation beyond so many standard errors, 1/√n, is not chance: 95% of chance ones are within (Fisher).
 */
const SIGNIFICANT_ERRORS = 2;

/**
 * A correlation within this is none in practice: up to 0.035 remained on every published reward model tried
 * (method).
 */
const NEGLIGIBLE_CORRELATION = 0.05;

/** Whether a correlation over n samples is neither chance nor negligible. */
export function isClear(correlation: number, n: number): boolean {
  return Math.abs(correlation) > Math.max(NEGLIGIBLE_CORRELATION, SIGNIFICANT_ERRORS / Math.sqrt(n));
}

type Verdict = 'fine' | 'sign-flipped' | 'hardly-reduced';

/**
 * The outcome for a correlation over n samples. A new correlation where there was none counts as hardly
 * reduced.
 */
function verdictOn(before: number, after: number, n: number): Verdict {
  if (!isClear(after, n)) return 'fine';
  if (isClear(before, n) && Math.sign(before) !== Math.sign(after)) return 'sign-flipped';
  return Math.abs(after) > HARDLY_REDUCED * Math.abs(before) ? 'hardly-reduced' : 'fine';
}

/**
 * By simulation (30 to 500 samples, normal, heavy, skewed and bimodal noise, frac 0.05 to 0.5), what leaving
 * one out and what five folds leave are as far from the correlation on new samples (root mean square 0.09
 * each at n = 120), and both pass these limits in at most 2 of 60 runs: one threshold is right for either.
 *
 * `correlation-undefined`, the reason of a correlation that is null; or `sign-flipped`, `hardly-reduced`, or,
 * where in-sample all is well, `cross-fit-disagrees`.
 */
export function correlationWarnings(
  figures: FitFigures,
  columns: { readonly values: Float64Array; readonly rewards: Float64Array },
  settings: ResolvedFitSettings,
): Warning[] {
  const { targetCorrelations, independentSamples } = figures;
  const { before, after, crossFitted } = targetCorrelations;
  if (before === null || after === null) return [undefinedCorrelation(figures, columns, settings)];
  const place = settings.estimator === 'lwr-within' ? ' within prompts' : '';
  const change = `Spearman(${settings.characteristics[0].name}, reward)${place} went from ${figure(before)} to ${figure(after)}`;
  const verdict = verdictOn(before, after, independentSamples);
  if (verdict === 'sign-flipped') return [signFlipped(change, settings)];
  if (verdict === 'hardly-reduced') return [hardlyReduced(change)];
  if (crossFitted === null || verdictOn(before, crossFitted, independentSamples) === 'fine') return [];
  return [crossFitDisagrees(change, crossFitted)];
}

function undefinedCorrelation(
  { targetCorrelations: { before }, rounding }: FitFigures,
  { values, rewards }: { readonly values: Float64Array; readonly rewards: Float64Array },
  { characteristics: [{ name }] }: ResolvedFitSettings,
): Warning {
  const reason = isConstant(values)
    ? `all samples have the same "${name}"`
    : isConstant(rewards)
      ? 'all rewards are equal'
      : before === null
        ? `"${name}" or the rewards do not vary within prompts`
        : `the rewards without their bias differ by no more than ${figure(rounding)}, the rounding errors of the fit: the curve passes through them all`;
  const message = `correlations of "${name}" and the reward are null where there is none: ${reason}. Look whether these are the scores of a reward model.`;
  return { code: 'correlation-undefined', message };
}

function signFlipped(change: string, { iterations }: { iterations: number }): Warning {
  const other = iterations === 0 ? '3' : '0';
  const message = `${change}: more was taken away than there was. The fit follows other rewards than the ranks do, as happens with skewed, bimodal, clipped or discrete rewards. Fit with "iterations": ${other} or "auto" (which chooses by samples that a fit had not seen), or with "alpha": "auto", and compare.`;
  return { code: 'sign-flipped', message };
}

function hardlyReduced(change: string): Warning {
  const message = `${change}: there is still more than half of the correlation, or more than before. The curve does not follow the rewards, as with too smooth a curve, an alpha near 0, or an estimator whose form does not fit. Try a smaller "frac" or "auto", another estimator, "iterations": "auto", or alpha 1; whether less correlation is a gain, only labels say.`;
  return { code: 'hardly-reduced', message };
}

function crossFitDisagrees(change: string, crossFitted: number): Warning {
  const message = `${change} on the fitted samples, but to ${figure(crossFitted)} on samples that the fit had not seen: the curve follows these samples more than the reward model, and will do less on new ones. Fit more samples or prompts, or a larger "frac".`;
  return { code: 'cross-fit-disagrees', message };
}
