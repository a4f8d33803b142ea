import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import type { VersionedCurve } from '../../curves/curve-history.js';

/** A curve as a request names it; without a version the current one. */
export interface CurveName {
  readonly rewardModel: string;
  readonly version: number | undefined;
}

/** Gives the curve of that name, or throws what is wrong with it. */
export type FindCurve = (name: CurveName) => VersionedCurve | Promise<VersionedCurve>;

/** What calibrates the samples of a request: the curve that it names, or a fit of its own. */
export type CurveOrSettings = VersionedCurve | FitSettings;

/** Whether a request names its curve rather than having one fitted. */
export function isCurve(calibrator: CurveOrSettings): calibrator is VersionedCurve {
  return 'curves' in calibrator;
}

/** The characteristics that have to be measured. */
export function namesOf(calibrator: CurveOrSettings): string[] {
  return isCurve(calibrator)
    ? characteristicsOf(calibrator.curves)
    : calibrator.characteristics.map(({ name }) => name);
}
