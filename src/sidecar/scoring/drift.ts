import { RunningCorrelation } from '../../telemetry/running-correlation.js';

/** The rise of a correlation that counts as drift: more than four standard errors (1/√n) of a block. */
export const DRIFT_CORRELATION = 0.1;

/** Samples of a block. */
export const DRIFT_SAMPLES = 2_000;

/**
 * Detects that calibrated rewards correlate again with the characteristic that was calibrated away:
 * |Pearson's r| of a block of {@link DRIFT_SAMPLES} exceeds that of the fit (zero, or more with a
 * small α) by {@link DRIFT_CORRELATION}. A correlation over all samples, not a block, would hide
 * new behaviour behind old.
 */
export class DriftDetector {
  #remaining: number | undefined;
  #block = new RunningCorrelation();
  #hasDrifted = false;

  /**
   * @param remaining Pearson's r after calibration in the fit's own samples; null where it is not known: the
   *   first block then shows it.
   */
  constructor(remaining: number | null) {
    this.#remaining = remaining === null ? undefined : Math.abs(remaining);
  }

  /** The result of the last whole block. */
  get hasDrifted(): boolean {
    return this.#hasDrifted;
  }

  /** Adds calibrated rewards, their characteristic, and the raw rewards, whose rounding errors they have. */
  add(
    characteristic: ArrayLike<number>,
    rewards: ArrayLike<number>,
    rawRewards: ArrayLike<number> = rewards,
  ): void {
    this.#block.add(characteristic, rewards, rawRewards);
    if (this.#block.count < DRIFT_SAMPLES) return;
    const correlation = Math.abs(this.#block.value ?? 0);
    this.#remaining ??= correlation;
    this.#hasDrifted = correlation > this.#remaining + DRIFT_CORRELATION;
    this.#block = new RunningCorrelation();
  }
}
