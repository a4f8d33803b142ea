import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import type { MeasuredSamples } from '../../calibration/samples/samples.js';
import { UNUSED, unusedWarnings } from '../../calibration/warnings/unused-warnings.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import type { CurveName } from '../../curves/curve-identity.js';

/** Finds the curve of that name, or throws why it cannot. */
export type FindCurve = (name: CurveName) => VersionedCurve | Promise<VersionedCurve>;

/** The source of calibration: the curve that the request names, or a fit of its own. */
export type CurveOrSettings = VersionedCurve | FitSettings;

/** Whether a request names its curve rather than having one fitted. */
export function isCurve(calibrator: CurveOrSettings): calibrator is VersionedCurve {
  return 'curves' in calibrator;
}

/** A curve whose warnings begin with what came with these samples and it does not use. */
export function warnedOfUnused(curve: VersionedCurve, samples: MeasuredSamples): VersionedCurve {
  const { diagnostics, curves } = curve;
  const warnings = [
    ...unusedWarnings(samples, characteristicsOf(curves)),
    ...diagnostics.warnings.filter(({ code }) => code !== UNUSED),
  ];
  return { ...curve, diagnostics: { ...diagnostics, warnings } };
}

/** The characteristics that have to be measured. */
export function namesOf(calibrator: CurveOrSettings): string[] {
  return isCurve(calibrator)
    ? characteristicsOf(calibrator.curves)
    : calibrator.characteristics.map(({ name }) => name);
}
