/**
 * The estimators of the bias, by the paper's names (method, "Estimators of b̂"): `lwr` is RC-LWR, `mean`
 * RC-Mean, `penalty` the linear baseline, `lwr-penalty` the penalty and then LWR on the remaining rewards.
 * `lwr-within` is LWR on differences within a prompt.
 */
export const ESTIMATORS = ['lwr', 'mean', 'penalty', 'lwr-penalty', 'lwr-within'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** A characteristic to remove and how strongly. */
export interface CharacteristicSetting {
  readonly name: string;
  /**
   * Calibration strength α; `auto`: chosen for the rank correlation nearest to 0, or by labels where there
   * are some.
   */
  readonly alpha: number | 'auto';
}

/** What RC-Mean needs to know of one characteristic of pairs that are to be compared. */
export interface ComparedValues {
  /** mean |c₁ − c₂| over the pairs. */
  readonly meanDistance: number;
  /** Values that may be none of a fitted sample: the bias is estimated there, too. */
  readonly others: Float64Array;
}

/** What to fit: complete, every default filled in. An estimator ignores the settings of the others. */
export interface FitSettings {
  readonly estimator: Estimator;
  /** Removed one after another, in this order. */
  readonly characteristics: readonly CharacteristicSetting[];
  /**
   * LWR: share of the samples in each local regression, in (0, 1]; `auto`: chosen per characteristic by
   * cross-validation.
   */
  readonly frac: number | 'auto';
  /**
   * LWR: robustifying iterations (bisquare reweightings), ≥ 0; `auto`: 0 or 3, by the correlation that is
   * left on samples that a fit had not seen.
   */
  readonly iterations: number | 'auto';
  /** Penalty: reward per unit of the characteristic. */
  readonly penalty: number;
  /** Mean: the window reaches mean |c₁ − c₂| over pairs ÷ ratio to either side. */
  readonly ratio: number;
  /** Mean: windows with fewer samples say nothing. */
  readonly minSamples: number;
  /** Mean: by characteristic, of the pairs that are to be compared; without it of all pairs of samples. */
  readonly compared?: ReadonlyMap<string, ComparedValues> | undefined;
}

/** Settings whose `auto` iterations were chosen. */
export interface ResolvedFitSettings extends FitSettings {
  readonly iterations: number;
}

/**
 * With fewer samples no bias is estimated: the smallest window that the reference code accepts (its `min`,
 * 10).
 */
export const MIN_FIT_SAMPLES = 10;

/** Calibration strength α of the paper: the whole estimated bias is removed. */
export const DEFAULT_ALPHA = 1;

/**
 * The paper's settings: RC-LWR on length with frac 0.5 and 3 iterations, α = 1; for the other estimators the
 * penalty of its baseline, and ratio and least samples of RC-Mean as its RewardBench code has them.
 */
export const DEFAULT_FIT_SETTINGS: FitSettings = {
  estimator: 'lwr',
  characteristics: [{ name: 'chars', alpha: DEFAULT_ALPHA }],
  frac: 0.5,
  iterations: 3,
  penalty: 0.001,
  ratio: 4,
  minSamples: 20,
};
