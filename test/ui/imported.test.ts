import { expect, test } from 'vitest';
import type { CurveSummary } from '../../src/ui/api-types.js';
import { importedWords, parseCurve, takeImport, tellImportThere } from '../../src/ui/parts/imported.js';

test('an import is shown once, on the page of its reward model', () => {
  const curve = { reward_model: 'a', version: 5 } as CurveSummary;
  tellImportThere(curve);
  expect([takeImport('a'), takeImport('a')]).toEqual([curve, undefined]);
  tellImportThere(curve);
  expect([takeImport('b'), takeImport('a')]).toEqual([undefined, undefined]);
  expect(importedWords(curve)).toBe('Version 5 was imported and is current now.');
});

test('a file that is not JSON is at fault', () => {
  expect(parseCurve('{"version":1}')).toEqual({ version: 1 });
  expect(() => parseCurve('PK')).toThrow('it is not JSON');
});
