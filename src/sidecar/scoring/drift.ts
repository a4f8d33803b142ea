import { RunningCorrelation } from '../../telemetry/running-correlation.js';

/** How far a correlation must come back: more than four standard errors (1/√n) of a block. */
export const DRIFT_CORRELATION = 0.1;

/** Samples of a block. */
export const DRIFT_SAMPLES = 2_000;

/**
 * Tells when calibrated rewards correlate again with the characteristic that was calibrated away: |Pearson's r| of a block of
 * {@link DRIFT_SAMPLES} exceeds by {@link DRIFT_CORRELATION} what the fit had left (nothing, or more with a small α). Blocks,
 * since a correlation over everything would hide what is new behind what is old.
 */
export class DriftDetector {
  readonly #left: number;
  #block = new RunningCorrelation();
  #hasDrifted = false;

  /** @param left Pearson's r that the fit had left in its own samples. */
  constructor(left: number) {
    this.#left = Math.abs(left);
  }

  /** What the last whole block said. */
  get hasDrifted(): boolean {
    return this.#hasDrifted;
  }

  /** Adds calibrated rewards and their characteristic. */
  add(characteristic: ArrayLike<number>, rewards: ArrayLike<number>): void {
    this.#block.add(characteristic, rewards);
    if (this.#block.count < DRIFT_SAMPLES) return;
    this.#hasDrifted = Math.abs(this.#block.value ?? 0) > this.#left + DRIFT_CORRELATION;
    this.#block = new RunningCorrelation();
  }
}
