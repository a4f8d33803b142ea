import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ARROW_STREAM } from '../../../src/http/bodies/bodies.js';
import { NDJSON } from '../../../src/http/bodies/ndjson.js';
import { ERROR_GUIDE, type ErrorGuide } from '../../../src/http/page/error-guide.js';
import { errorsMarkdown } from '../../../src/http/page/errors-page.js';
import {
  allOperationCodes,
  CODES_OF_NO_OPERATION,
  generalCodes,
  type OperationCode,
  statusesOf,
} from '../../../src/http/schemas/problem-codes.js';
import { startApp } from '../../support/app.js';
import { errorCodes } from '../../support/error-codes.js';

const codes = [...new Set([...errorCodes(), ...allOperationCodes(), ...CODES_OF_NO_OPERATION])].sort();

test('every code has a guide, and every guide is of a code', () => {
  expect(codes.length).toBeGreaterThan(50);
  expect(Object.keys(ERROR_GUIDE).sort()).toEqual(codes);
});

test('the statuses of a guide are those with which operations list its code', () => {
  const formats = ['application/json', NDJSON, ARROW_STREAM];
  const general = Object.entries(generalCodes({ formats, asksKey: true }));
  for (const code of allOperationCodes()) {
    const own: readonly number[] = statusesOf(code as OperationCode);
    const ofReading = general.filter(([, listed]) => listed.includes(code)).map(([status]) => Number(status));
    const guide: Readonly<Record<string, ErrorGuide>> = ERROR_GUIDE;
    expect([...(guide[code]?.statuses ?? [])].sort(), code).toEqual(
      [...new Set([...own, ...ofReading])].sort(),
    );
  }
});

test('the address in a problem leads to the section of its code', async () => {
  const app = await startApp();
  const problem = (await app.inject('/v1/nowhere')).json();
  const [path = '', anchor = ''] = problem.type.split('#');
  const page = await app.inject(path);
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.body).toContain(`<section id="${anchor}">`);
  for (const code of codes) expect(page.body).toContain(`id="${code}"`);
  const style = await app.inject('/docs/errors.css');
  expect([style.statusCode, style.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
});

test('docs/errors.md is what the guide says (npm run errors)', () => {
  const written = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  expect(written).toBe(errorsMarkdown());
});
