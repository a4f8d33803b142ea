import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { InvalidInput, Unavailable, Unreadable } from '../../src/calibration/errors.js';
import { withoutStack } from '../../src/calibration/without-stack.js';
import { readLines } from '../../src/http/formats/ndjson.js';
import { compileCheck } from '../../src/http/schemas/check-body.js';
import { groupLine } from '../../src/http/schemas/preference-groups.js';
import { rowLine } from '../../src/http/schemas/samples.js';

const WRONG = ['x', '{', '[1', '{"__proto__":1}', 'NaN', '"'];

async function readAll(text: string) {
  const lines = [];
  for await (const batch of readLines(Readable.from([Buffer.from(text)]), 1_000)) lines.push(...batch);
  return lines;
}

describe('a refusal captures no stack trace, which costs more than all else of a wrong line', () => {
  const frames = /\n\s+at /;

  test('of any kind', () => {
    const refusals = [
      new InvalidInput('m', []),
      new Unreadable('c', 'm'),
      new Unavailable('c', 'm', 1),
      ...[{}, 1, { reward: 'a' }].flatMap((value) =>
        [rowLine, groupLine].map((schema) => {
          const checked = compileCheck(schema)(value);
          return 'error' in checked ? checked.error : new Error('was taken');
        }),
      ),
    ];
    for (const error of refusals) expect(error.stack).not.toMatch(frames);
  });

  test('of lines that cannot be read', async () => {
    const lines = await readAll(WRONG.join('\n'));
    expect(lines).toHaveLength(WRONG.length);
    for (const line of lines) expect('error' in line && line.error.stack).not.toMatch(frames);
  });

  test('while every other error has one, also after a refusal', () => {
    expect(() => withoutStack(() => JSON.parse('x'))).toThrow(SyntaxError);
    expect(new Error('a fault').stack).toMatch(frames);
    expect(() => new InvalidInput('m', [])).not.toThrow();
    expect(new TypeError('a fault').stack).toMatch(frames);
  });
});

test('while lines that are wrong are read, others have their turn at least every few hundred lines', async () => {
  let turns = 0;
  let isOver = false;
  const counting = (async () => {
    for (; !isOver; turns++) await setImmediate();
  })();
  const lines = await readAll('x\n'.repeat(20_000));
  isOver = true;
  await counting;
  expect(lines).toHaveLength(20_000);
  expect(turns).toBeGreaterThan(30);
});

describe('what is wrong with a line is said in the same words however often it is asked', () => {
  const values = [{}, { prompt: 'a' }, { reward: 1, response: 5 }, 1, null, [], { responses: [{}] }];

  test.each([
    ['a sample', rowLine],
    ['a group', groupLine],
  ])('of %s', (_, schema) => {
    const check = compileCheck(schema);
    const violations = () =>
      values.map((value) => {
        const checked = check(value);
        return 'error' in checked ? checked.error.violations : [];
      });
    const first = violations();
    expect(first.flat().length).toBeGreaterThan(values.length - 1);
    expect(violations()).toEqual(first);
  });
});
