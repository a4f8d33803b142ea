import { z } from 'zod';
import { BUILT_IN_CHARACTERISTICS } from '../calibration/samples/characteristics.js';

/** A name that can be a JSON key and a column, and is not the name of another column. */
const CHARACTERISTIC_NAME = /^(?!(?:rewards|groups)$)[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Whether a column may have this name and be a characteristic. */
export function isCharacteristicName(name: string): boolean {
  return CHARACTERISTIC_NAME.test(name);
}

/** The rule that a column breaks whose name {@link isCharacteristicName} refuses. */
export const NOT_A_CHARACTERISTIC_NAME = 'is not a name of a characteristic';

// Without Intl.ListFormat, which takes 13 to 30 ms of the start.
const measured = Object.keys(BUILT_IN_CHARACTERISTICS)
  .join(', ')
  .replace(/, (?=[^,]+$)/, ' or ');

/** A name that can be a JSON key and a column. */
export const characteristicName = z
  .string()
  .regex(
    CHARACTERISTIC_NAME,
    'must be a letter followed by up to 63 letters, digits, "_", "." or "-", and neither "rewards" nor "groups"',
  )
  .describe(`${measured} (measured from text), or any other name (given as numbers)`);
