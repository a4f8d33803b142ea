import { type LabelledPairs, measurePairs } from '../../calibration/evaluation/pairs.js';
import { checkCount } from '../../service/check-size.js';
import { type CurveOrSettings, type FindCurve, namesOf } from '../jobs/curve-or-settings.js';
import { readCurveOrSettings } from '../jobs/read-curve-or-settings.js';
import { GrowingCompletions } from './growing-completions.js';
import { type PairPlaces, pairPlace, sideAt } from './pair-places.js';
import type { RewardBench2Row } from './reward-bench-2-schema.js';
import { type PairsBody, readPairs } from './schema.js';

/** Labelled pairs, and the curve or settings that calibrate them: plain data, for the worker. */
export interface LabelledRequest {
  readonly pairs: LabelledPairs;
  readonly places: PairPlaces;
  readonly calibrator: CurveOrSettings;
}

/** The fields of a body that say what calibrates. */
type CalibratorFields = Parameters<typeof readCurveOrSettings>[0];

/**
 * The labelled pairs of a checked body, measured.
 *
 * @throws InvalidInput as `measurePairs`, `too-many-samples`; otherwise as `findCurve`.
 */
export async function readLabelledPairs(
  given: PairsBody & CalibratorFields,
  maxSamples: number,
  findCurve: FindCurve,
): Promise<LabelledRequest> {
  const form = given.pairs === undefined ? 'rows' : 'pairs';
  const rows = readPairs(given);
  checkCount(2 * rows.length, maxSamples, 'MAX_FIT_SAMPLES', form, 'responses');
  const calibrator = await readCurveOrSettings(given, findCurve);
  const places: PairPlaces = { form };
  const pairs = measurePairs(rows, namesOf(calibrator), (pair, side) =>
    sideAt(form, pairPlace(places, pair), side),
  );
  return { pairs, places, calibrator };
}

/** Rows that are taken apart at a time: their completions as objects take many times their memory. */
const TOGETHER = 512;

/**
 * The rows of RewardBench 2 of a checked body, measured; throws as {@link readLabelledPairs} and
 * {@link GrowingCompletions}.
 */
export async function readCompletionRows(
  given: { rows: readonly RewardBench2Row[] } & CalibratorFields,
  maxSamples: number,
  findCurve: FindCurve,
): Promise<LabelledRequest> {
  const calibrator = await readCurveOrSettings(given, findCurve);
  const places: PairPlaces = { form: 'completions' };
  const completions = new GrowingCompletions(namesOf(calibrator));
  for (let from = 0; from < given.rows.length; from += TOGETHER) {
    completions.push(given.rows.slice(from, from + TOGETHER), (row) => pairPlace(places, from + row));
    checkCount(completions.responses, maxSamples, 'MAX_FIT_SAMPLES', 'rows', 'responses');
  }
  return { pairs: completions.toPairs(), places, calibrator };
}
