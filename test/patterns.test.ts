import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSync } from 'recheck';
import { describe, expect, test } from 'vitest';
import { patternsIn, type SourcePattern } from './support/patterns-in-source.js';

// recheck's own JavaScript: no Java and no binary, which the overrides in package.json leave out.
process.env.RECHECK_SYNC_BACKEND = 'pure';

/** Unsafe patterns that no caller's text is matched with: where each stands, and what is. */
const NOT_OF_CALLERS = new Map([
  [
    String.raw`sidecar/upstream/upstream-connection.ts /\/+$/`,
    'the path of a configured address, once at the start',
  ],
]);

/** `safe`, or why matching may take more than linear time, or that recheck does not know. */
function verdictOf({ pattern, flags }: SourcePattern): string {
  if (pattern === undefined) return 'put together at run time: cannot be checked';
  // Limits of time would make the outcome depend on the machine.
  const limits = { timeout: null, attackTimeout: null, incubationTimeout: null };
  const diagnosis = checkSync(pattern, flags, limits);
  return diagnosis.status === 'vulnerable' ? `vulnerable, ${diagnosis.complexity.summary}` : diagnosis.status;
}

const source = new URL('../src', import.meta.url).pathname;

const patterns = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .flatMap((path) =>
    patternsIn(readFileSync(join(source, path), 'utf8'), path.endsWith('x') ? 'tsx' : 'ts').map((found) => ({
      place: `${path} ${found.written}`,
      ...found,
    })),
  );

describe('no text of a caller can make a pattern take more than linear time', () => {
  test('the patterns of the source are found', () => {
    expect(patterns.map(({ place }) => place)).toContain(
      String.raw`calibration/samples/scanned-text.ts /^\p{Nd}$/u`,
    );
  });

  test.each(patterns.filter(({ place }) => !NOT_OF_CALLERS.has(place)))('$place', (found) => {
    expect(verdictOf(found)).toBe('safe');
  });

  test.each([...NOT_OF_CALLERS])('%s still needs its exemption: it sees %s', (exempt) => {
    const found = patterns.filter(({ place }) => place === exempt);
    expect(found).toHaveLength(1);
    expect(found.map(verdictOf)).not.toContain('safe');
  });
});

describe('a pattern that may take quadratic time is found, however it is written', () => {
  test.each([
    [String.raw`const ITEM: RegExp = /\p{Nd}+\.\s/gu;`, 'vulnerable, 2nd degree polynomial'],
    ["text.replace(/ +$/, '') as string;", 'vulnerable, 2nd degree polynomial'],
    ["schema.regex(/^(a+)+$/, 'message')", 'vulnerable, exponential'],
  ])('%s', (written, verdict) => {
    expect(patternsIn(written).map(verdictOf)).toEqual([verdict]);
  });

  test.each([
    'new RegExp(pattern)',
    String.raw`RegExp('\\d+\\.')`,
    'const Pattern = RegExp;',
    'globalThis.RegExp(source)',
    "text.match('a+b')",
    'for (const _ of text.matchAll(pattern)) count++;',
    'text.search(pattern)',
    'text?.match(pattern)',
  ])('%s cannot be checked', (written) => {
    expect(patternsIn(written).map(verdictOf)).toEqual(['put together at run time: cannot be checked']);
  });

  test.each(['let pattern: RegExp;', "text.includes('(a+)+')", '// /(a+)+/', "const path = '/(a+)+/';"])(
    '%s holds none',
    (written) => {
      expect(patternsIn(written)).toEqual([]);
    },
  );
});
