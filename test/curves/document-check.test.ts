import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCurveDocument } from '../../src/curves/document-check.js';
import { curveDocument } from '../../src/curves/document-schema.js';
import { exportedCurve } from '../../src/curves/exported-curve.js';
import { mutate, mutations } from '../support/mutations.js';

function examples(): unknown[] {
  const [example] = Object.values(exportedCurve.meta()?.examples ?? {});
  const { audit: _, ...document } = Object(example);
  const line = { ...document.characteristics[0], beyond: 'line' };
  return [document, { ...document, characteristics: [line, line], fitted_at: '2026-11-23T09:30:00Z' }];
}

test('the compiled check and zod let the same documents through, unchanged', () => {
  const documents = examples();
  for (const document of documents) expect(isCurveDocument(document)).toBe(true);
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...documents), mutations, (valid, changes) => {
      const document = changes.reduce(mutate, valid);
      const parsed = curveDocument.safeParse(document);
      expect(isCurveDocument(document)).toBe(parsed.success);
      if (parsed.success) expect(parsed.data).toEqual(document);
      if (parsed.success) accepted++;
      else refused++;
    }),
    { numRuns: 5_000 },
  );
  expect(accepted).toBeGreaterThan(250);
  expect(refused).toBeGreaterThan(250);
});

test.each([
  [
    'fewer biases than knots',
    { characteristics: [{ name: 'a', alpha: 1, mean_bias: 0, knots: [1, 2], biases: [0] }] },
  ],
  [
    'knots out of order',
    { characteristics: [{ name: 'a', alpha: 1, mean_bias: 0, knots: [2, 1], biases: [0, 1] }] },
  ],
  [
    'a line of one knot',
    { characteristics: [{ name: 'a', alpha: 1, mean_bias: 0, knots: [1], biases: [0], beyond: 'line' }] },
  ],
  ['a name with a control character', { reward_model: 'a\u0007b' }],
  ['counts that do not add up', { samples: 7 }],
  ['a date that is none', { fitted_at: '2026-02-30T00:00:00Z' }],
  [
    'a number beyond all doubles',
    {
      characteristics: [
        { name: 'a', alpha: Number.POSITIVE_INFINITY, mean_bias: 0, knots: [1], biases: [0] },
      ],
    },
  ],
])('%s is refused by both', (_, change) => {
  const document = Object.assign({}, examples()[0], change);
  expect(curveDocument.safeParse(document).success).toBe(false);
  expect(isCurveDocument(document)).toBe(false);
});
