import { readFileSync } from 'node:fs';
import { makeData, RecordBatch, RecordBatchStreamWriter, Uint8 } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInput, MAX_VIOLATIONS, ServiceError, Unreadable } from '../../../src/calibration/errors.js';
import { type ArrowColumns, readArrow } from '../../../src/http/bodies/arrow-read.js';
import { MAX_COLUMNS } from '../../../src/http/bodies/arrow-schema.js';
import { doubles, fromBase64, golden, readable, refusalOf } from '../../support/golden-arrow.js';

const toLists = ({ rewards, characteristics, groups }: ArrowColumns) =>
  Object.fromEntries(
    Object.entries({ rewards, ...characteristics, ...(groups && { groups }) }).map(([name, values]) => [
      name,
      [...values],
    ]),
  );

/** What a reader may do with any bytes: give columns, or refuse them on purpose. */
function read(body: Uint8Array): ArrowColumns | ServiceError {
  try {
    return readArrow(body);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

/** A stream of float64 columns, a record batch each. */
function streamOf(...batches: Record<string, number[]>[]): Uint8Array {
  const written = batches.map((columns) => {
    const data = Object.entries(columns).map(([name, values]) => [name, doubles(values)]);
    return new RecordBatch(Object.fromEntries(data));
  });
  return RecordBatchStreamWriter.writeAll(written).toUint8Array(true);
}

describe('a stream by pyarrow is read as pyarrow reads it', () => {
  test.each(Object.entries(golden.readable))('%s', (_, { stream, columns }) => {
    expect(toLists(readArrow(fromBase64(stream)))).toEqual(columns);
  });

  test('as a file too', () => {
    const body = readFileSync(new URL('../golden/pyarrow.arrows', import.meta.url));
    expect(toLists(readArrow(body))).toEqual(golden.readable.plain?.columns);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i bytes into a buffer', (offset) => {
    for (const { stream, columns } of Object.values(golden.readable)) {
      const bytes = fromBase64(stream);
      const larger = new Uint8Array(offset + bytes.length + 3);
      larger.set(bytes, offset);
      expect(toLists(readArrow(larger.subarray(offset, offset + bytes.length)))).toEqual(columns);
    }
  });

  test('in shared memory', () => {
    const bytes = readable('plain');
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    expect(readArrow(shared).rewards.buffer).toBeInstanceOf(ArrayBuffer);
  });
});

test('a float64 column in one batch is not copied', () => {
  const body = readable('plain');
  expect(readArrow(body).rewards.buffer).toBe(body.buffer);
});

describe('a stream that breaks a rule is refused with its place', () => {
  const finite = 'must be a finite number';
  const exact = 'must be an integer within ±(2^53 − 1): beyond, not every integer is a double';
  const text = 'must not be sent: Arrow takes measured characteristics and not text';
  const notOf = (type: string) => `must be of an integer or floating-point type, not ${type}`;
  const notGroups = (type: string) =>
    `must be of text, of an integer or floating-point type, or a dictionary of one of these, not ${type}`;
  const notNull = 'must not be null';

  test.each<[string, [place: string, message: string][]]>([
    [
      'null',
      [
        ['chars/1', finite],
        ['chars/3', finite],
      ],
    ],
    ['null in a later batch', [['rewards/20', finite]]],
    ['not finite', [1, 2, 3].map((i) => [`rewards/${i}`, finite])],
    [
      'half not finite',
      [
        ['half/1', finite],
        ['half/2', finite],
      ],
    ],
    ['int64 beyond doubles', [0, 1, 3].map((i) => [`tokens/${i}`, exact])],
    ['uint64 beyond doubles', [1, 2].map((i) => [`tokens/${i}`, exact])],
    [
      'text',
      [
        ['prompt', text],
        ['response', text],
      ],
    ],
    ['dictionary', [['chars', notOf('dictionary of int')]]],
    ['string', [['tokens', notOf('utf8')]]],
    ['large string', [['tokens', notOf('largeutf8')]]],
    ['bool', [['tokens', notOf('bool')]]],
    ['list', [['tokens', notOf('list')]]],
    ['struct', [['tokens', notOf('struct')]]],
    ['decimal', [['tokens', notOf('decimal')]]],
    ['timestamp', [['tokens', notOf('timestamp')]]],
    ['null type', [['tokens', notOf('null')]]],
    ['no rewards', [['rewards', 'this column is needed here and was not given']]],
    ['no columns', [['rewards', 'this column is needed here and was not given']]],
    ['no rows', [['rewards', 'must not be empty']]],
    ['same name twice', [['chars', 'is given more than once']]],
    ['rewards twice', [['rewards', 'is given more than once']]],
    ['not a name', [['a b', 'is not a name of a characteristic']]],
    ['a long name', [['n'.repeat(64), 'is not a name of a characteristic']]],
    ['__proto__', [['__proto__', 'is not a name of a characteristic']]],
    ['nested groups', [['groups', notGroups('list')]]],
    ['null groups', [['groups', notGroups('null')]]],
    ['struct groups', [['groups', notGroups('struct')]]],
    ['bool groups', [['groups', notGroups('bool')]]],
    ['binary groups', [['groups', notGroups('binary')]]],
    ['timestamp groups', [['groups', notGroups('timestamp')]]],
    ['dictionary groups of bool', [['groups', notGroups('dictionary of bool')]]],
    ['dictionary groups of binary', [['groups', notGroups('dictionary of binary')]]],
    ['null among number groups', [['groups/1', finite]]],
    ...['string', 'large_string', 'string_view'].map((type): [string, [string, string][]] => [
      `null among ${type} groups`,
      [
        ['groups/1', notNull],
        ['groups/3', notNull],
      ],
    ]),
    ['null in a later batch of groups', [['groups/3', notNull]]],
    [
      'null index',
      [
        ['groups/1', notNull],
        ['groups/3', notNull],
      ],
    ],
    [
      'null value',
      [
        ['groups/1', notNull],
        ['groups/3', notNull],
      ],
    ],
    ['null value in a later batch', [['groups/3', notNull]]],
    [
      'number dictionary with bad values',
      [
        ['groups/1', notNull],
        ['groups/2', finite],
      ],
    ],
    ['int64 dictionary beyond doubles', [['groups/1', exact]]],
    ['lz4', [['', 'must be written without compression of the buffers']]],
    ['zstd', [['', 'must be written without compression of the buffers']]],
  ])('%s', (name, expected) => {
    const error = refusalOf(fromBase64(golden.refused[name]));
    expect(error).toBeInstanceOf(InvalidInput);
    const places = error.violations.map(({ path, message }) => [path.slice(1).join('/'), message]);
    expect(places).toEqual(expected);
    expect(error.violations.every(({ path }) => path[0] === 'columns')).toBe(true);
    expect(error.message).not.toContain('secret');
  });

  test('in no more places than an answer lists', () => {
    const rewards = Array<number>(1_000).fill(Number.NaN);
    expect(refusalOf(streamOf({ rewards, chars: rewards })).violations).toHaveLength(MAX_VIOLATIONS);
  });

  test('with more columns than any curve uses', () => {
    const columns = Object.fromEntries(Array.from({ length: MAX_COLUMNS }, (_, i) => [`c${i}`, [1]]));
    expect(refusalOf(streamOf({ rewards: [1], ...columns })).violations[0]?.path).toEqual(['columns']);
  });
});

describe('what is no Arrow stream is unreadable', () => {
  const plain = readable('plain');

  test.each([
    ['an empty body', new Uint8Array(), 'empty-body', /empty/],
    ['JSON', Buffer.from('{"reward_model": "secret text"}'), 'not-arrow', /not an Arrow stream/],
    ['a few bytes', Uint8Array.of(255, 255), 'not-arrow', /truncated/],
    ['a file', fromBase64(golden.refused.file), 'not-arrow', /send a stream/],
    ['a stream as before Arrow 0.15', fromBase64(golden.refused.legacy), 'not-arrow', /not an Arrow stream/],
    ['an end alone', plain.slice(-8), 'not-arrow', /schema/],
    ['a stream without its end', plain.slice(0, -8), 'not-arrow', /end marker/],
    ['two streams', Buffer.concat([plain, plain]), 'not-arrow', /follow/],
  ])('%s', (_, body, code, message) => {
    const error = refusalOf(body);
    expect(error).toBeInstanceOf(Unreadable);
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    expect(error.message).not.toContain('secret');
  });

  test('however it is truncated, also between two batches', () => {
    const body = readable('batches');
    for (let length = 1; length < body.length; length++) {
      expect(refusalOf(body.subarray(0, length)).code).toBe('not-arrow');
    }
  });
});

describe('hostile bytes give columns or a refusal, and take no more memory than they are worth', () => {
  const bodies = [
    ...Object.values(golden.readable).map(({ stream }) => stream),
    ...Object.values(golden.refused),
  ];
  const small = [readable('plain'), readable('batches'), readable('deltas'), readable('text view groups')];

  function expectBounded(body: Uint8Array): void {
    const outcome = read(body);
    if (outcome instanceof ServiceError) return;
    const columns = [outcome.rewards, ...Object.values(outcome.characteristics)];
    const bytes = columns.reduce((total, column) => total + column.byteLength, 0);
    expect(bytes).toBeLessThanOrEqual(8 * body.length);
    expect(columns.every((column) => column.every(Number.isFinite))).toBe(true);
    if (outcome.groups !== undefined) expectPrompts(outcome.groups, outcome.rewards.length, body);
  }

  function expectPrompts(groups: ArrayLike<string | number>, rows: number, body: Uint8Array): void {
    const prompts = Array.from(groups);
    expect(prompts).toHaveLength(rows);
    const isSound = (prompt: string | number) =>
      typeof prompt === 'string' ? prompt.isWellFormed() : Number.isFinite(prompt);
    expect(prompts.every(isSound)).toBe(true);
    const different = [...new Set(prompts)].reduce((total: number, prompt) => total + `${prompt}`.length, 0);
    expect(different).toBeLessThanOrEqual(5 * body.length);
  }

  test('with random bytes changed', () => {
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    const changes = fc.array(change, { minLength: 1, maxLength: 8 });
    const changed = fc.tuple(fc.constantFrom(...bodies), changes).map(([stream, bytes]) => {
      const body = fromBase64(stream);
      for (const [at, byte] of bytes) body[at % body.length] = byte;
      return body;
    });
    fc.assert(fc.property(changed, expectBounded), { numRuns: 10_000 });
  });

  test('truncated, or with bytes left out', () => {
    const cut = fc.tuple(fc.constantFrom(...bodies), fc.nat(), fc.nat()).map(([stream, from, to]) => {
      const body = fromBase64(stream);
      return Uint8Array.from([...body.slice(0, from % body.length), ...body.slice(to % body.length)]);
    });
    fc.assert(fc.property(cut, expectBounded), { numRuns: 2_000 });
  });

  test('random from the first', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectBounded));
  });

  // One of these is the count of buffers, with which tableFromIPC needs minutes and gigabytes.
  test.each([-1, 1 << 22, 2 ** 31 - 1, -(2 ** 31)])('with any one word set to %i', (word) => {
    for (const body of small) {
      for (let at = 0; at + 4 <= body.length; at += 2) {
        const changed = body.slice();
        new DataView(changed.buffer).setInt32(at, word, true);
        expectBounded(changed);
      }
    }
  });

  test.each([2n ** 40n, 2n ** 63n - 1n, -1n])('with any one length set to %i', (length) => {
    for (const body of small) {
      for (let at = 0; at + 8 <= body.length; at += 4) {
        const changed = body.slice();
        new DataView(changed.buffer).setBigInt64(at, length, true);
        expectBounded(changed);
      }
    }
  });
});

/** Where a 64-bit integer stands in a body. */
function placesOf(body: Uint8Array<ArrayBuffer>, value: bigint): number[] {
  const view = new DataView(body.buffer);
  const places = Array.from({ length: body.length / 8 }, (_, i) => i * 8);
  return places.filter((at) => view.getBigInt64(at, true) === value);
}

function withInteger(body: Uint8Array<ArrayBuffer>, at: number, value: bigint): Uint8Array<ArrayBuffer> {
  const changed = body.slice();
  new DataView(changed.buffer).setBigInt64(at, value, true);
  return changed;
}

describe('a record batch is refused', () => {
  const corrupt = 'a record batch of the Arrow stream is corrupt';
  const plain = readable('plain');
  const schemaLength = (body: Uint8Array<ArrayBuffer>) => 8 + new DataView(body.buffer).getInt32(4, true);

  test('when its columns, groups too, are not as long as it says', () => {
    const lengths = placesOf(plain, 4n).filter((at) => at >= schemaLength(plain));
    expect(lengths).toHaveLength(4);
    for (const at of lengths) expect(refusalOf(withInteger(plain, at, 3n)).message).toBe(corrupt);
  });

  test('when it has other columns than the schema', () => {
    const alone = readable('rewards alone');
    const batch = plain.slice(schemaLength(plain));
    const spliced = Uint8Array.from([...alone.slice(0, schemaLength(alone)), ...batch]);
    expect(refusalOf(spliced).message).toBe(corrupt);
  });

  test('when a value is null, though it says that none is', () => {
    const body = fromBase64(golden.refused.null);
    const [count = 0, ...others] = placesOf(body, 2n);
    expect(others).toEqual([]);
    expect(refusalOf(withInteger(body, count, 0n)).violations).toEqual(refusalOf(body).violations);
  });
});

test('columns that claim the same bytes are refused: a small body would become large columns', () => {
  const count = 40;
  const rows = 64;
  const names = Array.from({ length: count }, (_, i) => (i === 0 ? 'rewards' : `c${i}`));
  const zeros = () => makeData({ type: new Uint8(), length: rows, data: new Uint8Array(rows) });
  const columns = Object.fromEntries(names.map((name) => [name, zeros()]));
  const body = Uint8Array.from(
    RecordBatchStreamWriter.writeAll([new RecordBatch(columns)]).toUint8Array(true),
  );
  expect(readArrow(body).rewards).toHaveLength(rows);
  const view = new DataView(body.buffer);
  const replace = (from: number, to: number) => {
    for (const at of placesOf(body, BigInt(from))) view.setBigInt64(at, BigInt(to), true);
  };
  // The second column stays where it is: its offset is also everyone's length.
  for (let i = 2; i < count; i++) replace(i * rows, 0);
  replace(count * rows, 2 * rows);
  const end = body.length - 8;
  const claimed = Uint8Array.from([...body.slice(0, end - (count - 2) * rows), ...body.slice(end)]);
  expect(refusalOf(claimed).message).toBe('a record batch of the Arrow stream is corrupt');
});

test('what is written is read, whatever the doubles and the batches', () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  const rows = fc.array(fc.tuple(double, double), { maxLength: 20 });
  const batches = fc.array(rows, { minLength: 1, maxLength: 4 }).filter((all) => all.flat().length > 0);
  fc.assert(
    fc.property(batches, (all) => {
      const columns = all.map((batch) => ({
        rewards: batch.map(([reward]) => reward),
        tokens: batch.map(([, tokens]) => tokens),
      }));
      expect(toLists(readArrow(streamOf(...columns)))).toEqual({
        rewards: columns.flatMap(({ rewards }) => rewards),
        tokens: columns.flatMap(({ tokens }) => tokens),
      });
    }),
  );
});
