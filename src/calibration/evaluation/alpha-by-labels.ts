import { ALPHA_CANDIDATES } from '../fit/alpha.js';
import { crossFit } from '../fit/cross-fit.js';
import type { ResolvedFitSettings } from '../fit/fit-settings.js';
import { accuracyOf, creditsOf, type Ties } from './accuracy.js';
import type { LabelledPairs } from './pairs.js';
import { keepRaw } from './supported-pairs.js';

/** The α chosen for one characteristic, and the accuracies behind the choice. */
export interface AlphaChoice {
  readonly characteristic: string;
  readonly alpha: number;
  /** Cross-validated accuracy of every candidate, ascending by α. */
  readonly candidates: readonly { readonly alpha: number; readonly accuracy: number }[];
}

/** How accuracies are counted. */
export interface Counting {
  readonly ties: Ties;
  /** Pairs that keep their raw rewards, whatever α is. */
  readonly unsupported: readonly number[];
}

/** Settings whose α are chosen where they were `auto`. */
export interface ChosenAlphas {
  readonly settings: ResolvedFitSettings;
  readonly choices: readonly AlphaChoice[];
}

/**
 * Chooses every α that is `auto` by the labels, in the order of the characteristics: the candidate (0 … 1.5)
 * with the highest accuracy when each fold of pairs is calibrated by a fit of the four others
 * ({@link crossFit}); of equals the smallest. Earlier characteristics have their given or chosen α; later
 * ones are ignored.
 *
 * With too few pairs to cross-fit, `auto` remains, and the fit chooses by correlation.
 */
export function chooseAlphas(
  pairs: LabelledPairs,
  settings: ResolvedFitSettings,
  counting: Counting,
): ChosenAlphas {
  const characteristics = [...settings.characteristics];
  const choices: AlphaChoice[] = [];
  characteristics.forEach(({ name, alpha }, place) => {
    if (alpha !== 'auto') return;
    const before = { ...settings, characteristics: characteristics.slice(0, place) };
    const choice = chooseNext(pairs, before, name, counting);
    if (choice === undefined) return;
    choices.push(choice);
    characteristics[place] = { name, alpha: choice.alpha };
  });
  return { settings: { ...settings, characteristics }, choices };
}

function chooseNext(
  pairs: LabelledPairs,
  before: ResolvedFitSettings,
  name: string,
  { ties, unsupported }: Counting,
): AlphaChoice | undefined {
  const { samples } = pairs;
  const remaining = before.characteristics.length === 0 ? samples.rewards : crossFit(samples, before);
  // What a fit takes away does not depend on its own α: with α = 1 the difference is the bias.
  const whole = { ...before, characteristics: [...before.characteristics, { name, alpha: 1 }] };
  const calibrated = crossFit(samples, whole);
  if (remaining === undefined || calibrated === undefined) return undefined;
  const removed = calibrated.map((reward, i) => remaining[i] - reward);
  const candidates = ALPHA_CANDIDATES.map((alpha) => {
    const rewards = remaining.map((reward, i) => reward - alpha * removed[i]);
    const credits = creditsOf(keepRaw(pairs, unsupported, rewards), ties);
    return { alpha, accuracy: accuracyOf(credits) };
  });
  const best = candidates.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return { characteristic: name, alpha: best.alpha, candidates };
}
