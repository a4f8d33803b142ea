import { auditLabelledPool, type LabelledAudit } from '../audit/audited-pool.js';
import { estimateStrength, pairDifferences, type StrengthEstimate } from '../audit/strength-estimate.js';
import type { BiasCurve } from '../curve/bias-curve.js';
import { calibrateColumns } from '../curve/calibrate.js';
import { columnOf } from '../fit/estimate.js';
import { requireFinite } from '../fit/finite.js';
import { isLength } from '../samples/characteristics.js';
import type { MeasuredSamples } from '../samples/samples.js';
import type { LabelledPairs } from './pairs.js';
import { removeNothing } from './supported-pairs.js';

/** What labels of pairs say of a calibration at full strength, and of the strength to calibrate with. */
export interface PairAudit extends LabelledAudit {
  /** Null where all pairs have equal rewards. */
  readonly strengthEstimate: StrengthEstimate | null;
}

/**
 * Audits labelled pairs (method, "Few labels"): the order that their raw rewards give beside that of
 * r − Σ b̂(c), every curve at α = 1 whatever its own α is. No pair has a label that is a tie.
 *
 * @param curves at least one.
 * @param unsupported pairs that keep their raw rewards at any strength; see `keepRaw`.
 * @throws NotFinite where rewards at full strength are not finite.
 */
export function auditPairs(
  pairs: LabelledPairs,
  curves: readonly BiasCurve[],
  unsupported: readonly number[],
): PairAudit {
  const biases = removeNothing(pairs, unsupported, biasesAtFullStrength(pairs.samples, curves));
  const [{ characteristic }] = curves;
  const differences = pairDifferences(pairs.samples.rewards, biases);
  return {
    ...auditRemoval(pairs, characteristic, biases),
    strengthEstimate: estimateStrength(differences, differences),
  };
}

/**
 * The evidence of labels on removing these biases from the rewards as they are.
 *
 * @param characteristic that the biases go by.
 * @param biases of all chosen and then all rejected responses.
 * @throws NotFinite where a difference is not finite.
 */
export function auditRemoval(
  pairs: LabelledPairs,
  characteristic: string,
  biases: Float64Array,
): LabelledAudit {
  const { samples, prompts } = pairs;
  const { rewards: raw } = samples;
  const calibrated = raw.map((reward, i) => reward - biases[i]);
  requireFinite(calibrated);
  const lengths = isLength(characteristic) ? columnOf(samples, characteristic) : undefined;
  return auditLabelledPool({ raw, calibrated, groups: prompts, lengths });
}

/** Σ b̂(c) over the curves at α = 1. */
export function biasesAtFullStrength(samples: MeasuredSamples, curves: readonly BiasCurve[]): Float64Array {
  const atFullStrength = curves.map((curve) => ({ ...curve, alpha: 1 }));
  return calibrateColumns(samples, atFullStrength, false).biases;
}
