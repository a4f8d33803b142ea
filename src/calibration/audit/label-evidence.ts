import { Numbering } from '../samples/numbering.js';
import type { AskedSide } from './disputed-pairs.js';
import { orderChange } from './order-change.js';

/** What labels say of the order that calibration makes: counts, whatever form they came in. */
export interface LabelEvidence {
  /** Σ d⁺ over the labels: pairs that calibration turns to the preferred response; a raw tie is a half. */
  readonly fixed: number;
  /** Σ d⁻: pairs that it turns to the other one. */
  readonly broken: number;
  /** Labels that count: on pairs whose order changes, and no ties. */
  readonly labels: number;
  /** Those of them that prefer what calibration prefers. */
  readonly siding: number;
  /** Labels of disputed pairs that prefer neither response; they are left out. */
  readonly ties: number;
  /** The prompts of the labels that count; null where they are not known. */
  readonly prompts: number | null;
  /** What the counts are divided by, since labels of one prompt depend on each other; at least 1. */
  readonly designEffect: number;
}

/** A label of a pair whose order calibration changes. */
export interface ChangedPair {
  /** In halves, signed so that the label prefers the first response; see {@link orderChange}. */
  readonly change: number;
  /** The number of the pair's prompt. */
  readonly prompt: number;
}

/** ρ: the correlation of two labels of one prompt (method, "Few labels"). */
export const LABEL_CORRELATION = 0.4;

/** The evidence of labels that prefer a response; labels of pairs that do not change say nothing. */
export function evidenceOfChanges(pairs: readonly ChangedPair[], ties = 0): LabelEvidence {
  const prompts = new Numbering<number>();
  const sizes: number[] = [];
  let fixed = 0;
  let broken = 0;
  let siding = 0;
  let labels = 0;
  for (const { change, prompt } of pairs) {
    if (change === 0) continue;
    labels++;
    if (change > 0) {
      siding++;
      fixed += change / 2;
    } else broken -= change / 2;
    const number = prompts.numberOf(prompt);
    sizes[number] = (sizes[number] ?? 0) + 1;
  }
  return { fixed, broken, labels, siding, ties, prompts: sizes.length, designEffect: designEffectOf(sizes) };
}

/**
 * 1 + (Σ mⱼ² ÷ Σ mⱼ − 1) · ρ for mⱼ labels of prompt j: how many times as many labels are needed as if they
 * were independent (Kish 1965, "Survey Sampling", 8.2).
 */
export function designEffectOf(sizes: readonly number[]): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return 1;
  const squares = sizes.reduce((sum, size) => sum + size ** 2, 0);
  return 1 + (squares / total - 1) * LABEL_CORRELATION;
}

/** An answer about a pair that was asked: {@link DisputeSearch}. */
export interface Answer {
  /** The side with the higher calibrated reward. */
  readonly calibrated: AskedSide;
  readonly prompt: number;
  readonly preferred: AskedSide | 'tie';
}

/** The evidence of answers about disputed pairs. */
export function evidenceOfAnswers(answers: readonly Answer[]): LabelEvidence {
  const decided = answers.filter(({ preferred }) => preferred !== 'tie');
  return evidenceOfChanges(
    decided.map(({ calibrated, preferred, prompt }) => ({
      change: preferred === calibrated ? 2 : -2,
      prompt,
    })),
    answers.length - decided.length,
  );
}

/** The evidence of counts from elsewhere: labels are taken for independent. Halves are raw ties. */
export function evidenceOfCounts(fixed: number, broken: number, ties = 0): LabelEvidence {
  const labels = fixed + broken;
  return { fixed, broken, labels, siding: fixed, ties, prompts: null, designEffect: 1 };
}

/**
 * The change of each labelled pair, in halves.
 *
 * @param raw rewards of all chosen and then all rejected responses.
 * @param calibrated the same, calibrated.
 * @param tolerance see `fitTolerance`.
 */
export function changesOf(
  raw: Float64Array,
  calibrated: Float64Array,
  tolerance: number,
): Int8Array<ArrayBuffer> {
  const count = raw.length / 2;
  const changes = new Int8Array(count);
  for (let i = 0; i < count; i++)
    changes[i] = orderChange(raw[i], raw[i + count], calibrated[i], calibrated[i + count], tolerance);
  return changes;
}
