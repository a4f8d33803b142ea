import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BUILT_IN_CHARACTERISTICS,
  type BuiltInCharacteristic,
  countCodePoints,
  isBuiltIn,
} from '../../../src/calibration/samples/characteristics.js';

/** Null where Python counts lines otherwise. */
type Counted = { text: string } & Record<BuiltInCharacteristic, number | null>;

const counted: Counted[] = JSON.parse(
  readFileSync(new URL('../golden/characteristics.json', import.meta.url), 'utf8'),
);

describe('counts as Python does', () => {
  test.each(counted.map((golden) => [JSON.stringify(golden.text), golden] as const))('%s', (_, golden) => {
    const { text, ...counts } = golden;
    expect(Object.keys(counts).sort()).toEqual(Object.keys(BUILT_IN_CHARACTERISTICS).sort());
    for (const [name, count] of Object.entries(BUILT_IN_CHARACTERISTICS)) {
      const expected = counts[name as BuiltInCharacteristic];
      if (expected !== null) expect({ [name]: count(text) }).toEqual({ [name]: expected });
    }
  });

  test('code points of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(countCodePoints(text)).toBe([...text].length);
      }),
    );
  });
});

test('a name that every object inherits is not a built-in characteristic', () => {
  expect(['chars', 'toString', 'constructor', '__proto__'].map(isBuiltIn)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
