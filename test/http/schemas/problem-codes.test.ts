import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allOperationCodes, CODES_OF_NO_OPERATION } from '../../../src/http/schemas/problem-codes.js';
import { errorCodes } from '../../support/error-codes.js';
import { readImports } from '../../support/import-graph.js';

const listed = new Set([...allOperationCodes(), ...CODES_OF_NO_OPERATION]);

test('every code that the source gives is listed', () => {
  expect(errorCodes().filter((code) => !listed.has(code))).toEqual([]);
});

test('every listed code is one that the source gives', () => {
  const source = new URL('../../../src/', import.meta.url).pathname;
  const text = [...readImports(source).keys()]
    .filter((file) => !file.endsWith('/problem-codes.ts') && !file.endsWith('/route.ts'))
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n');
  expect([...listed].filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});
