import type { Audit } from '../api-types.js';
import { formatPercent } from '../parts/numbers.js';

/** Labels for a first look: with fewer a verdict is preliminary. */
const FIRST_LOOK = 10;

/** Whether a verdict has so few labels that nobody should act on it. */
export function isFirstLook({ labels }: Pick<Audit, 'labels'>): boolean {
  return labels < FIRST_LOOK;
}

/** The verdict as a headline. */
export function verdictTitle({ verdict: { code, strength } }: Pick<Audit, 'verdict'>): string {
  const words = {
    calibrate: 'Calibrate',
    unclear: 'Not clear: half the strength risks less',
    leave: 'Do not calibrate',
  };
  const sureness = {
    strong: ' (strong)',
    leaning: code === 'unclear' ? '' : ' (leaning)',
    preliminary: ' (preliminary)',
  };
  return `${words[code]}${sureness[strength]}`;
}

/** A chance in percent, as the service's sentences have it: never 0 and never 100. */
export function chanceWords(probability: number): string {
  if (probability > 0.995) return 'more than 99\u00a0%';
  return probability < 0.005 ? 'less than 1\u00a0%' : formatPercent(probability);
}

/** Whether further labels may decide it, in a sentence. */
export function moreWords(more: number): string {
  if (more === 0) return 'Further labels are not needed to decide this.';
  return `At the present rate it takes at least ${more} further ${more === 1 ? 'label' : 'labels'} to be sure.`;
}
