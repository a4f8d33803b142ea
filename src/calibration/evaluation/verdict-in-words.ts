import type { AuditCode, Strength } from '../audit/audit-codes.js';
import type { AuditVerdict } from '../audit/audit-verdict.js';
import type { BiasCurve } from '../curve/bias-curve.js';
import type { Protocol, Ties } from './accuracy.js';
import type { LabelPreference } from './label-preference.js';

/** What to do, how sure that is, and why. */
export interface Verdict {
  readonly code: AuditCode;
  readonly strength: Strength;
  readonly explanation: string;
}

/** An evaluation whose verdict is explained. */
export interface Explained {
  readonly verdict: AuditVerdict;
  readonly curves: readonly Pick<BiasCurve, 'characteristic' | 'alpha'>[];
  readonly ties: Ties;
  readonly protocol: Protocol | undefined;
  readonly preference: LabelPreference;
}

/** The verdict of labels, and what a reader of the accuracies beside it has to know. */
export function explainVerdict({ verdict, curves, ties, protocol, preference }: Explained): Verdict {
  const { code, strength, explanation } = verdict;
  const sentences = [
    explanation,
    otherStrength(curves),
    protocol === 'reward-bench' && 'The verdict is about pairs; the RewardBench score weighs subsets.',
    protocol === 'reward-bench-2' &&
      'The verdict is about pairs of a right and a wrong completion of one row; the RewardBench 2 score is of best of four and Ties.',
    ties === 'wrong' && 'The verdict counts pairs of equal rewards as half right, the accuracies as wrong.',
    preferenceInWords(preference),
  ];
  return { code, strength, explanation: sentences.filter(Boolean).join(' ') };
}

/** Where accuracies and correlations are of other strengths than the verdict. */
function otherStrength(curves: Explained['curves']): string {
  if (curves.every(({ alpha }) => alpha === 1)) return '';
  // Two curves of one characteristic have one α.
  const strengths = new Map(curves.map(({ characteristic, alpha }) => [characteristic, alpha]));
  const used = [...strengths].map(([characteristic, alpha]) => `α = ${alpha} for ${characteristic}`);
  return `The verdict is about full strength (α = 1), the accuracies are of ${used.join(', ')}.`;
}

/** Facts, not a forecast: on a single set the preference predicts the gain, but not reliably. */
function preferenceInWords({ characteristic, labels, raw, calibrated }: LabelPreference): string {
  const before = Math.abs(raw.share - labels.share);
  const after = Math.abs(calibrated.share - labels.share);
  const change = after < before ? 'nearer to' : after > before ? 'further from' : 'as far from';
  return [
    `The response with more ${characteristic} is labelled the better one in ${percent(labels.share)}% of the pairs`,
    `has the higher raw reward in ${percent(raw.share)}%`,
    `and the higher calibrated one in ${percent(calibrated.share)}%, ${change} the labels${after === before ? ' as before' : ''}.`,
  ].join(', ');
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
