import { readSettings, type SettingsBody } from '../schemas/settings-schema.js';
import type { CurveOrSettings, FindCurve } from './curve-or-settings.js';

/** The source of calibration of a body that may name a curve; throws as `findCurve`. */
export async function readCurveOrSettings(
  given: SettingsBody & { reward_model?: string | undefined; version?: number | undefined },
  findCurve: FindCurve,
): Promise<CurveOrSettings> {
  if (given.reward_model === undefined) return readSettings(given);
  return findCurve({ rewardModel: given.reward_model, version: given.version });
}
