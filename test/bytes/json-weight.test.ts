import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refuseHeavyJson, WEIGHED_FROM_BYTES } from '../../src/bytes/json-weight.js';
import { InvalidInput, TooLarge } from '../../src/calibration/errors.js';
import { parseJson } from '../../src/http/formats/json.js';
import { readLines } from '../../src/http/formats/ndjson.js';

const SIZE = 2 * WEIGHED_FROM_BYTES;
const repeated = (text: string) => text.repeat(Math.ceil(SIZE / text.length));
const listOf = (text: string) => `[${repeated(`${text},`)}${text}]`;
const numbered = (text: (i: number) => string) => {
  const parts = Array.from({ length: Math.ceil(SIZE / text(999_999).length) }, (_, i) => text(i));
  return parts.join(',');
};

function outcomeOf(json: string): unknown {
  try {
    refuseHeavyJson(Buffer.from(json));
    return 'read';
  } catch (error) {
    if (error instanceof InvalidInput || error instanceof TooLarge) return error.code;
    throw error;
  }
}

describe('large JSON is refused before it is parsed', () => {
  test.each([
    ['nested lists', '['.repeat(SIZE), 'too-deep'],
    ['nested objects', '{"a":'.repeat(SIZE / 5), 'too-deep'],
    ['empty objects', listOf('{}'), 'too-dense'],
    ['empty lists', listOf('[]'), 'too-dense'],
    ['lists of one number', listOf('[1]'), 'too-dense'],
    ['objects of one numbered key', listOf('{"1023":1}'), 'too-dense'],
    ['keys that are all different', `{${numbered((i) => `"k${i}":1`)}}`, 'too-dense'],
    ['objects of keys that are all different', `[${numbered((i) => `{"k${i}":1}`)}]`, 'too-dense'],
  ])('where it is made of %s', (_, json, code) => {
    expect(outcomeOf(json)).toBe(code);
  });

  test.each([
    ['rows that have nothing but a reward', listOf('{"reward":1}')],
    ['columns of one digit', `{"rewards":${listOf('1')},"chars":${listOf('1')}}`],
    ['pairs', listOf('{"chosen":{"reward":1,"response":""},"rejected":{"reward":2,"response":""}}')],
    ['outputs', listOf('{"generator":"a","prompt_id":1,"reward":1,"response":""}')],
    ['groups of one character', listOf('"a"')],
    ['lists of one short text', listOf('["text"]')],
    ['messages of many parts', `[{"role":"","content":${listOf('{"type":""}')}}]`],
    ['characteristics', listOf('{"reward":1,"characteristics":{"chars":1,"tokens":2}}')],
    ['one text', `["${'a'.repeat(SIZE)}"]`],
  ])('but not where it is made of %s', (_, json) => {
    expect(outcomeOf(json)).toBe('read');
    expect(() => parseJson(Buffer.from(json))).not.toThrow();
  });

  test('nor for what stands in a text, whatever is escaped there', () => {
    const texts = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\\"', '[', '{"a":{', ',,,', '\u2028'.repeat(40))),
    );
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join('');
        const json = JSON.stringify([text, '['.repeat(100), text, 'x'.repeat(SIZE), text]);
        expect(outcomeOf(json)).toBe('read');
        expect(outcomeOf(`${json.slice(0, -1)},${'['.repeat(100)}`)).toBe('too-deep');
      }),
      { numRuns: 30 },
    );
  });

  test.each(['', '"', '"\\', '"\\"', '"a', '{"a', '{"a"', ']', '\\'])(
    'and is left to the parser where it breaks off after %s',
    (end) => {
      expect(outcomeOf(`[${JSON.stringify('x'.repeat(SIZE))},${end}`)).toBe('read');
    },
  );

  test('also where it is a line, and the lines behind it are read', async () => {
    const body = Buffer.from(`{"reward":1}\n${listOf('{}')}\n{"reward":2}\n`);
    async function* chunks() {
      for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
    }
    const lines = [];
    for await (const batch of readLines(chunks(), 4 * SIZE)) lines.push(...batch);
    expect(lines).toMatchObject([
      { number: 1, value: { reward: 1 } },
      { number: 2, error: { code: 'too-dense' } },
      { number: 3, value: { reward: 2 } },
    ]);
  });

  test('small JSON is parsed as it is', () => {
    expect(outcomeOf('['.repeat(WEIGHED_FROM_BYTES - 1))).toBe('read');
  });
});
