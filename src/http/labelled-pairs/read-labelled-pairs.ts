import { type LabelledPairs, measurePairs } from '../../calibration/evaluation/pairs.js';
import { checkCount } from '../../service/check-size.js';
import { type CurveOrSettings, type FindCurve, namesOf } from '../jobs/curve-or-settings.js';
import { readCurveOrSettings } from '../jobs/read-curve-or-settings.js';
import { type PairForm, responsePlace } from './pair-places.js';
import { type PairsBody, readPairs } from './schema.js';

/** Labelled pairs, and the curve or settings that calibrate them: plain data, for the worker. */
export interface LabelledRequest {
  readonly pairs: LabelledPairs;
  readonly form: PairForm;
  readonly calibrator: CurveOrSettings;
}

/**
 * The labelled pairs of a checked body, measured.
 *
 * @throws InvalidInput as `measurePairs`, `too-many-samples`; otherwise as `findCurve`.
 */
export async function readLabelledPairs(
  given: PairsBody & Parameters<typeof readCurveOrSettings>[0],
  maxSamples: number,
  findCurve: FindCurve,
): Promise<LabelledRequest> {
  const form = given.pairs === undefined ? 'rows' : 'pairs';
  const rows = readPairs(given);
  checkCount(2 * rows.length, maxSamples, 'MAX_FIT_SAMPLES', form, 'responses');
  const calibrator = await readCurveOrSettings(given, findCurve);
  const pairs = measurePairs(rows, namesOf(calibrator), (pair, side) => responsePlace(form, pair, side));
  return { pairs, form, calibrator };
}
