import type { MessagePort } from 'node:worker_threads';
import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import type { FitSettings } from '../../calibration/fit/fit-settings.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { readSettings, type SettingsBody } from '../schemas/settings.js';

/** A curve as a request names it; without a version the current one. */
export interface CurveName {
  readonly rewardModel: string;
  readonly version: number | undefined;
}

/** Gives the curve of that name, or throws what is wrong with it. */
export type FindCurve = (name: CurveName) => VersionedCurve | Promise<VersionedCurve>;

/** What a request is judged by: the curve that it names, or a fit of its own. */
export type CurveOrSettings = VersionedCurve | FitSettings;

/** A JSON body as it arrived. */
export interface UnreadJson {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly maxSamples: number;
}

/** The same on its way to a worker, which may ask at the port for the curve that the body names. */
export interface AskingJson extends UnreadJson {
  readonly port: MessagePort;
}

/** Whether a request names its curve rather than having one fitted. */
export function isCurve(by: CurveOrSettings): by is VersionedCurve {
  return 'curves' in by;
}

/** What a body that may name a curve is judged by; throws as `findCurve`. */
export async function readCurveOrSettings(
  given: SettingsBody & { reward_model?: string | undefined; version?: number | undefined },
  findCurve: FindCurve,
): Promise<CurveOrSettings> {
  if (given.reward_model === undefined) return readSettings(given);
  return findCurve({ rewardModel: given.reward_model, version: given.version });
}

/** The characteristics that have to be measured. */
export function namesOf(by: CurveOrSettings): string[] {
  return isCurve(by) ? characteristicsOf(by.curves) : by.characteristics.map(({ name }) => name);
}
