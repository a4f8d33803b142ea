import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../src/calibration/errors.js';
import { toDocument } from '../../src/curves/curve-document.js';
import type { FittedCurve } from '../../src/curves/curve-history.js';
import { MAX_DOCUMENT_BYTES } from '../../src/curves/document-schema.js';
import { curveOf } from '../support/curves.js';
import { makeStoreFolder } from '../support/store-folder.js';

/** A curve of so many knots, each of which takes 20 bytes or so in each of its three columns. */
function curveWith(knots: number): FittedCurve {
  const [part] = curveOf('org/a').curves;
  if (part === undefined) throw new RangeError('a curve without parts');
  const column = Float64Array.from({ length: knots }, (_, i) => i + 1 / 3);
  return {
    ...curveOf('org/a'),
    curves: [{ ...part, knots: column, biases: column, standardErrors: column }],
  };
}

describe('the size of a curve', () => {
  test('that is larger than what a start reads is a refusal, and nothing is stored', async () => {
    const store = await makeStoreFolder('org/a');
    const registry = await store.openRegistry();
    const curve = curveWith(MAX_DOCUMENT_BYTES / 3 / 16);
    expect(JSON.stringify(toDocument(curve)).length).toBeGreaterThan(MAX_DOCUMENT_BYTES);
    const refusal = await registry.add(curve).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InvalidInput);
    expect(refusal).toMatchObject({
      code: 'unreadable-curve',
      message: expect.stringMatching(/it takes \d+ bytes, at most 67108864 are possible/),
    });
    expect(registry.list()).toEqual([]);
  });

  test('just below it is stored and read back', async () => {
    const store = await makeStoreFolder('org/a');
    const registry = await store.openRegistry();
    const curve = curveWith(MAX_DOCUMENT_BYTES / 3 / 21);
    expect(JSON.stringify(toDocument(curve)).length).toBeGreaterThan(MAX_DOCUMENT_BYTES / 2);
    await registry.add(curve);
    const held = registry.list();
    await registry.close();
    expect((await store.load()).histories).toEqual(held);
  });
});
