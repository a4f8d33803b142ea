import type { CalibratedColumns } from '../calibration/curve/calibrate.js';
import type { Place } from '../calibration/errors.js';
import type { ValuePlace } from '../calibration/fit/finite.js';
import type { FitSettings } from '../calibration/fit/fit-settings.js';
import type { MeasuredSamples } from '../calibration/samples/samples.js';
import type { FittedCurve } from '../curves/curve-history.js';
import type { Stopwatch } from '../lowess/stopwatch.js';

/** What to fit. */
export interface FitRequest {
  readonly settings: FitSettings;
  readonly samples: MeasuredSamples;
  /** The field of the body that held the samples; undefined where they came in another way. */
  readonly field?: 'samples' | 'columns' | undefined;
}

/** What to fit, for which reward model. */
export interface NamedFitRequest extends FitRequest {
  readonly rewardModel: string;
}

/** What each part of a fit took; parts that it does not have are absent. */
export type FitSeconds = Stopwatch['seconds'];

/** A fitted curve that has no name and no date yet. */
export interface FinishedFit extends Omit<FittedCurve, 'rewardModel' | 'fittedAt'> {
  /** The seconds of its parts, which belong to the answer and not to the curve. */
  readonly seconds: FitSeconds;
}

/** A fitted curve with its name. */
export type NamedFit = FinishedFit & { readonly rewardModel: string };

/** A fit, and the calibration of its own samples. */
export type CalibratingFit = FinishedFit & { readonly calibration: CalibratedColumns };

/** A request that was read and measured, on its way to a worker thread. */
export interface ReadJob<Request> {
  readonly kind: 'read';
  readonly request: Request;
}

/** The buffers of samples, which a worker thread takes over. */
export function buffersOf({ rewards, characteristics, groups }: MeasuredSamples): ArrayBuffer[] {
  return [rewards, ...characteristics.values(), ...(groups ? [groups] : [])].map(({ buffer }) => buffer);
}

/** Where a value of the samples stands in the body, if they came in one of its fields. */
export function valuePlaceIn(field: FitRequest['field']): ValuePlace {
  return ({ column, sample }) => {
    if (field === undefined) return undefined;
    if (field === 'columns') return ['columns', column, sample];
    return [field, sample, ...placeInRow(column)];
  };
}

/** Where a value stands in a row with the fields of a sample. */
export function placeInRow(column: string): Place {
  return column === 'rewards' ? ['reward'] : ['characteristics', column];
}
