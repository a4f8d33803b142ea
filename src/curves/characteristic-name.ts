import { z } from 'zod';

/** A name that can be a JSON key and a column, and is not the name of another column. */
const CHARACTERISTIC_NAME = /^(?!(?:rewards|groups)$)[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Whether a column may have this name and be a characteristic. */
export function isCharacteristicName(name: string): boolean {
  return CHARACTERISTIC_NAME.test(name);
}

/** The rule that a column breaks whose name {@link isCharacteristicName} refuses. */
export const NOT_A_CHARACTERISTIC_NAME = 'is not a name of a characteristic';

/** A name that can be a JSON key and a column; built-in: chars, words, lines, markdown. */
export const characteristicName = z
  .string()
  .regex(
    CHARACTERISTIC_NAME,
    'must be a letter followed by up to 63 letters, digits, "_", "." or "-", and neither "rewards" nor "groups"',
  )
  .describe('chars, words, lines or markdown (measured from text), or any other name (given as numbers)');
