import type { PairSettings } from '../../calibration/preference/preference-pairs.js';
import type { CurveChoice } from '../../service/choose-curve.js';

/** How to make pairs; every default filled in. */
export interface PairOptions extends CurveChoice {
  readonly settings: PairSettings;
  readonly includeScores: boolean;
  /** Whether an NDJSON answer ends with a summary. */
  readonly withSummary: boolean;
}
