import { Conflict, INVALID_INPUT, InvalidInput } from '../calibration/errors.js';
import type { FitSettings } from '../calibration/fit/fit-settings.js';
import { isBuiltIn } from '../calibration/samples/characteristics.js';
import type { MeasuredSamples } from '../calibration/samples/samples.js';
import type { SampleWindow } from '../fitting/sample-window.js';

/**
 * The samples of a window that a fit of these settings needs.
 *
 * @throws Conflict `nothing-observed`; InvalidInput for a characteristic that was not observed.
 */
export function selectObserved(window: SampleWindow | undefined, settings: FitSettings): MeasuredSamples {
  if (window === undefined) {
    const message =
      'nothing was observed of this reward model: POST /v1/calibrate with "observe": true first';
    throw new Conflict('nothing-observed', message, [{ path: ['reward_model'], message }]);
  }
  const names = settings.characteristics.map(({ name }) => name);
  const violations = names
    .filter((name) => !window.characteristics.includes(name))
    .map((name) => ({
      path: ['characteristics', names.indexOf(name), 'name'],
      message: `was not observed (observed: ${window.characteristics.join(', ')})`,
    }));
  if (violations.length > 0)
    throw new InvalidInput(INVALID_INPUT, 'a characteristic was not observed', violations);
  // What the service measures itself is in every window, whether or not anybody gave it.
  const unused = window.characteristics.filter((name) => !names.includes(name) && !isBuiltIn(name));
  return { ...window.select(names), unused };
}
