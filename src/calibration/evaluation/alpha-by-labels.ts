import { ALPHA_CANDIDATES } from '../fit/alpha.js';
import { crossFit } from '../fit/cross-fit.js';
import type { ResolvedFitSettings } from '../fit/fit-settings.js';
import { accuracyOf, creditsOf, type Ties } from './accuracy.js';
import type { LabelledPairs } from './pairs.js';
import { keepRaw } from './supported-pairs.js';

/** The α that was chosen for one characteristic, and what it was chosen by. */
export interface AlphaChoice {
  readonly characteristic: string;
  readonly alpha: number;
  /** Cross-validated accuracy of every candidate, ascending by α. */
  readonly candidates: readonly { readonly alpha: number; readonly accuracy: number }[];
}

/** How accuracies are counted. */
export interface Counting {
  readonly ties: Ties;
  /** Pairs that are left as they are, whatever α is. */
  readonly left: readonly number[];
}

/** Settings whose α are chosen where they were `auto`. */
export interface ChosenAlphas {
  readonly settings: ResolvedFitSettings;
  readonly choices: readonly AlphaChoice[];
}

/**
 * Chooses every α that is `auto` by the labels, in the order of the characteristics: the candidate (0 … 1.5) with the highest accuracy when
 * each fold of pairs is calibrated by a fit of the four others ({@link crossFit}); of equals the smallest. Those before it have the α
 * they were given, those behind it are not looked at yet.
 *
 * Where there are too few pairs to cross-fit, `auto` is left to be chosen by correlation.
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
  { ties, left: leftAsTheyAre }: Counting,
): AlphaChoice | undefined {
  const { samples } = pairs;
  const remaining = before.characteristics.length === 0 ? samples.rewards : crossFit(samples, before);
  // What a fit takes away does not depend on its own α: with α = 1 the difference is the bias.
  const whole = { ...before, characteristics: [...before.characteristics, { name, alpha: 1 }] };
  const left = crossFit(samples, whole);
  if (remaining === undefined || left === undefined) return undefined;
  const removed = left.map((reward, i) => remaining[i] - reward);
  const candidates = ALPHA_CANDIDATES.map((alpha) => {
    const rewards = remaining.map((reward, i) => reward - alpha * removed[i]);
    const credits = creditsOf(keepRaw(pairs, leftAsTheyAre, rewards), ties);
    return { alpha, accuracy: accuracyOf(credits) };
  });
  const best = candidates.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return { characteristic: name, alpha: best.alpha, candidates };
}
