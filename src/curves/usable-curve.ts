import { Violations } from '../calibration/violations.js';
import { isCharacteristicName, NOT_A_CHARACTERISTIC_NAME } from './characteristic-name.js';
import type { CurveDocument } from './document-schema.js';

/**
 * Checks that samples can have the characteristics of a document; otherwise it could calibrate nothing. Not
 * part of the schema: documents of older services must still load.
 *
 * @throws InvalidInput naming the characteristics.
 */
export function requireUsable({ characteristics }: Pick<CurveDocument, 'characteristics'>): void {
  const found = new Violations();
  for (const [i, { name }] of characteristics.entries())
    if (!isCharacteristicName(name)) found.add(['characteristics', i, 'name'], NOT_A_CHARACTERISTIC_NAME);
  found.refuse();
}
