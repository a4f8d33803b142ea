import type { DisputedPool } from '../../calibration/audit/dispute-tally.js';
import { findDisputeWarnings } from '../../calibration/audit/dispute-warnings.js';
import {
  type AskedPair,
  type Disputes,
  type DrawSettings,
  findDisputes,
  type ResponseId,
} from '../../calibration/audit/disputed-pairs.js';
import { atFullStrength, type BiasCurve } from '../../calibration/curve/bias-curve.js';
import { calibrateColumns, refuseNotFinite } from '../../calibration/curve/calibrate.js';
import { fitTolerance } from '../../calibration/curve/fit-tolerance.js';
import { isLength } from '../../calibration/samples/characteristics.js';
import type { MeasuredSamples } from '../../calibration/samples/samples.js';
import { unusedWarnings } from '../../calibration/warnings/unused-warnings.js';
import type { Warning } from '../../calibration/warnings/warning.js';
import { subjectOf } from '../../curves/audit-document.js';
import { type CurveIdentity, identityOf } from '../../curves/curve-identity.js';
import { writeDisputeKey } from '../../service/dispute-key.js';
import { type FitRequest, valuePlaceIn } from '../../service/fit-request.js';
import { runFit } from '../../service/run-fit.js';
import { type CurveOrSettings, isCurve, namesOf } from '../jobs/curve-or-settings.js';

/** Samples of known prompts, and the curve or settings that calibrate them: plain data, for the worker. */
export interface DisputeRequest {
  readonly samples: MeasuredSamples & { readonly groups: Int32Array<ArrayBuffer> };
  /** The names of the prompts by their numbers. */
  readonly prompts: readonly string[];
  /** Of each response, where they have any. */
  readonly ids: readonly ResponseId[] | undefined;
  /** Of each response, where they are asked for. */
  readonly texts: readonly AskedTexts[] | undefined;
  readonly field: FitRequest['field'];
  readonly calibrator: CurveOrSettings;
  readonly draw: DrawSettings;
}

/** The texts of a response that is asked about, as far as the caller wants them back. */
export interface AskedTexts {
  readonly prompt?: string | undefined;
  readonly response?: string | undefined;
}

/** Disputes with all that their answer shows. */
export interface FinishedSearch {
  readonly curve: CurveIdentity | null;
  readonly draw: DrawSettings;
  readonly pool: DisputedPool;
  readonly asked: readonly AskedPair<AskedTexts>[];
  /** Responses outside the fitted range of the curve. */
  readonly extrapolated: number;
  readonly warnings: readonly Warning[];
  readonly key: string;
}

/**
 * Calibrates the samples at full strength and seeks the pairs whose order that turns round, in the thread
 * that calls it.
 *
 * @throws InvalidInput as the fit, or where a calibrated reward is not finite.
 */
export function finishSearch(request: DisputeRequest): FinishedSearch {
  const { samples, prompts, ids, texts, field, calibrator, draw } = request;
  const { curves, curve, warnings } = calibrationOf(request);
  const { rewards, biases, extrapolated } = calibrateColumns(samples, atFullStrength(curves), false);
  const placeOf = valuePlaceIn(field);
  refuseNotFinite(rewards, (sample) => placeOf({ column: 'rewards', sample }) ?? []);
  const [first = ''] = namesOf(calibrator);
  const disputes = findDisputes<AskedTexts>(
    {
      rewards: samples.rewards,
      biases,
      tolerance: fitTolerance(curves),
      groups: samples.groups,
      prompts,
      ids,
      lengths: isLength(first) ? samples.characteristics.get(first) : undefined,
      carried: texts,
    },
    draw,
  );
  return toFinished(disputes, draw, curve, {
    responses: samples.rewards.length,
    extrapolated: extrapolated.length,
    warnings,
  });
}

/** Disputes with what their answer shows besides. */
export function toFinished(
  { pool, asked }: Disputes<AskedTexts>,
  draw: DrawSettings,
  curve: CurveIdentity | null,
  seen: Pick<FinishedSearch, 'extrapolated' | 'warnings'> & { readonly responses: number },
): FinishedSearch {
  const { responses, extrapolated } = seen;
  const found = findDisputeWarnings({ pool, count: draw.count, responses, extrapolated });
  const warnings = [...seen.warnings, ...found];
  const key = writeDisputeKey({ pool, asked }, subjectOf(curve, draw.purpose));
  return { curve, draw, pool, asked, extrapolated, warnings, key };
}

interface Calibration extends Pick<FinishedSearch, 'curve' | 'warnings'> {
  readonly curves: readonly BiasCurve[];
}

function calibrationOf({ samples, field, calibrator }: DisputeRequest): Calibration {
  if (isCurve(calibrator))
    return {
      curves: calibrator.curves,
      curve: identityOf(calibrator),
      warnings: unusedWarnings(samples, namesOf(calibrator)),
    };
  const { curves, diagnostics } = runFit({ settings: calibrator, samples, field });
  return { curves, curve: null, warnings: diagnostics.warnings };
}
