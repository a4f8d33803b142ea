import { auditLabelledPool, type LabelledAudit } from '../audit/audited-pool.js';
import { estimateStrength, pairDifferences, type StrengthEstimate } from '../audit/strength-estimate.js';
import { atFullStrength, type BiasCurve } from '../curve/bias-curve.js';
import { calibrateColumns } from '../curve/calibrate.js';
import { fitTolerance } from '../curve/fit-tolerance.js';
import { columnOf } from '../fit/estimate.js';
import { requireFinite } from '../fit/finite.js';
import { isLength } from '../samples/characteristics.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { bySide, type LabelledPairs } from './pairs.js';
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
  const tolerance = fitTolerance(curves);
  const sides = pairDifferences(bySide(pairs, pairs.samples.rewards), bySide(pairs, biases));
  const differences = { ...sides, tolerance };
  return {
    ...auditRemoval(pairs, { characteristic, biases, tolerance }),
    strengthEstimate: estimateStrength(differences, differences),
  };
}

/** What is taken from the rewards. */
export interface Removal {
  /** The one that the biases go by first. */
  readonly characteristic: string;
  /** Of the samples. */
  readonly biases: Float64Array;
  /** See `fitTolerance`. */
  readonly tolerance: number;
}

/**
 * The evidence of labels on removing these biases from the rewards as they are.
 *
 * @throws NotFinite where a difference is not finite.
 */
export function auditRemoval(
  pairs: LabelledPairs,
  { characteristic, biases, tolerance }: Removal,
): LabelledAudit {
  const { samples, prompts } = pairs;
  const removed = samples.rewards.map((reward, i) => reward - biases[i]);
  requireFinite(removed);
  const raw = bySide(pairs, samples.rewards);
  const calibrated = bySide(pairs, removed);
  const lengths = isLength(characteristic) ? bySide(pairs, columnOf(samples, characteristic)) : undefined;
  return auditLabelledPool({ raw, calibrated, tolerance, groups: prompts, lengths });
}

/** Σ b̂(c) over the curves at α = 1. */
export function biasesAtFullStrength(samples: MeasuredSamples, curves: readonly BiasCurve[]): Float64Array {
  return calibrateColumns(samples, atFullStrength(curves), false).biases;
}
