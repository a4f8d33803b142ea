import { Violations } from '../calibration/violations.js';
import { isCharacteristicName, NOT_A_CHARACTERISTIC_NAME } from './characteristic-name.js';
import type { CurveDocument } from './curve-document.js';

/**
 * Checks that samples can have the characteristics of a document, for otherwise nothing can be calibrated by it. Not a part of the
 * schema: what older services stored must still load.
 *
 * @throws InvalidInput naming the characteristics.
 */
export function requireUsable({ characteristics }: Pick<CurveDocument, 'characteristics'>): void {
  const found = new Violations();
  for (const [i, { name }] of characteristics.entries())
    if (!isCharacteristicName(name)) found.add(['characteristics', i, 'name'], NOT_A_CHARACTERISTIC_NAME);
  found.refuse();
}
