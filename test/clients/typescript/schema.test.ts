import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { firstLine } from '../../../clients/typescript/generate.js';

test('clients/typescript/schema.ts is of this OpenAPI document (npm run client)', () => {
  // test/long makes it anew and compares the whole.
  const schema = readFileSync(new URL('../../../clients/typescript/schema.ts', import.meta.url), 'utf8');
  expect(schema.split('\n')[0]).toBe(firstLine());
});
