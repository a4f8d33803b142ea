import type { ChartedDocument, Density } from '../chart/charted-curve.js';

/* What the page reads of the answers of the API; the OpenAPI document has the whole. */

/** Of characteristic and reward; null where there is none, or where it is not known. */
export interface Correlations {
  readonly before: number | null;
  readonly after: number | null;
  /** After calibration by curves that had not seen the samples. */
  readonly cross_fitted?: number | null;
}

/** Something to look at before trusting a curve. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** The regression behind the curve of one characteristic. */
export interface RegressionDiagnostics {
  readonly name: string;
  readonly frac: number;
  readonly effective_degrees_of_freedom: number;
  readonly standard_error: { readonly mean: number; readonly largest: number };
}

/** The numbers that a fit leaves about itself. */
export interface Diagnostics {
  readonly spearman: Correlations;
  readonly pearson: Correlations;
  /** Median distance of the rewards from the curve. */
  readonly residual_scale: number;
  /** Share of the weight that the robust iterations took away. */
  readonly robust_weight_removed: number;
  readonly fit_seconds: number;
  readonly iterations?: number;
  readonly warnings?: readonly Warning[];
  readonly characteristics?: readonly RegressionDiagnostics[];
}

/** A verdict of labels on a curve: POST /v1/verdict answers it, PUT /v1/curves/audit takes it. */
export interface Audit {
  readonly reward_model: string | null;
  readonly version: number | null;
  readonly fitted_at: string | null;
  readonly purpose: 'pairs' | 'best-of-n';
  readonly verdict: {
    readonly code: 'calibrate' | 'unclear' | 'leave';
    readonly strength: 'strong' | 'leaning' | 'preliminary';
    readonly explanation: string;
  };
  readonly probability: number;
  readonly gain: number;
  readonly interval: readonly [number, number];
  readonly interval_new_sample: readonly [number, number] | null;
  readonly confidence: number;
  readonly alpha: number;
  readonly more_labels: number;
  readonly labels: number;
  readonly ties: number;
  readonly share_disputed: number;
  readonly effective_share: number;
  readonly warnings: readonly Warning[];
}

/** One curve of a version, without its knots. */
export interface CharacteristicSummary {
  readonly name: string;
  readonly alpha: number;
  readonly knots: number;
  readonly range: readonly [number, number];
}

/** A version of a reward model's curve; also the answer to a fit. */
export interface CurveSummary {
  readonly reward_model: string;
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly fitted_at: string;
  readonly estimator: string;
  readonly frac: number | 'auto';
  readonly iterations: number | 'auto';
  readonly characteristics: readonly CharacteristicSummary[];
  readonly samples: number;
  readonly diagnostics: Diagnostics;
  readonly audit: Audit | null;
}

/** GET v1/curves */
export interface CurveList {
  readonly curves: readonly CurveSummary[];
  readonly observed: readonly { readonly reward_model: string; readonly samples: number }[];
  readonly unreadable: readonly UnreadableCurves[];
}

/** Stored curves that cannot be read. */
export interface UnreadableCurves {
  readonly reward_model: string | null;
  readonly key: string;
  readonly reason: string;
}

/** GET v1/curves?reward_model=…: the versions that are kept, oldest first. */
export interface CurveHistory {
  readonly reward_model: string;
  readonly current: number | null;
  readonly versions: readonly CurveSummary[];
}

/** POST v1/calibrate with `include: ["biases"]`. */
export interface CalibrateAnswer {
  readonly version: number | null;
  readonly calibrated: boolean;
  readonly rewards: readonly number[];
  readonly biases?: readonly number[];
  /** Places of the samples outside the fitted range. */
  readonly extrapolated: readonly number[];
}

/** How far a distribution has moved since the fit. */
export interface Drift {
  /** Population stability index. */
  readonly psi: number;
  /** Kolmogorov-Smirnov statistic. */
  readonly ks: number;
}

/** What one version of a reward model's curve did in the last minutes. */
export interface RewardModelActivity {
  readonly reward_model: string;
  readonly version: number;
  readonly requests: number;
  readonly samples: number;
  readonly requests_per_second: number;
  readonly samples_per_second: number;
  readonly extrapolated_share: number | null;
  readonly mean_bias: number | null;
  /** Pearson's. */
  readonly correlation: { readonly raw: number | null; readonly calibrated: number | null };
  /** Null where there are too few samples for it. */
  readonly drift: { readonly characteristic: Drift; readonly reward: Drift } | null;
  /** Oldest first. */
  readonly timeline: readonly {
    readonly seconds_ago: number;
    readonly requests: number;
    readonly samples: number;
  }[];
}

/** A reward-model server behind the sidecar. */
export interface UpstreamState {
  readonly name: string;
  readonly reward_model: string;
  /** Of the circuit breaker: requests go through, none go, one is tried. */
  readonly state: 'closed' | 'open' | 'half-open';
  readonly waiting: number;
  readonly answered: number;
  readonly failed: number;
  readonly texts: number;
  readonly mean_seconds: number | null;
}

/** GET v1/activity */
export interface Activity {
  /** How far it looks back: about 300, or less after the start. */
  readonly seconds: number;
  readonly reward_models: readonly RewardModelActivity[];
  readonly upstreams: readonly UpstreamState[];
}

/** GET v1/curves?reward_model=…&version=…: an exported curve, with its knots. */
export interface CurveDocument extends ChartedDocument {
  readonly diagnostics: Diagnostics;
}

/** GET v1/curves/density */
export interface DensityAnswer extends Density {
  readonly samples: number;
}
