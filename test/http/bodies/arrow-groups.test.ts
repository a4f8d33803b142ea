import {
  type Data,
  type DataType,
  Dictionary,
  Int8,
  LargeUtf8,
  RecordBatch,
  RecordBatchStreamWriter,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { RecordBatch as RecordBatchMessage } from 'apache-arrow/fb/record-batch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unreadable } from '../../../src/calibration/errors.js';
import { readArrow } from '../../../src/http/bodies/arrow-read.js';
import { messagesOf } from '../../../src/http/bodies/arrow-stream.js';
import { doubles, fromBase64, golden, readable, refusalOf } from '../../support/golden-arrow.js';

function texts(values: readonly string[], type: DataType): Data {
  const [data] = vectorFromArray(values, type).data;
  if (data === undefined) throw new Error('has no data');
  return data;
}

/** The messages of a stream, schema first and end last. */
function splitMessages(body: Uint8Array<ArrayBuffer>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { metadataLength, body: buffers } of messagesOf(body)) {
    const end = at + 8 + metadataLength + buffers.length;
    parts.push(body.slice(at, end));
    at = end;
  }
  return [...parts, body.slice(at)];
}

describe('a prompt that is not UTF-8 is refused, never replaced', () => {
  test.each([
    ['text groups not UTF-8', '/columns/groups/1'],
    ['large text groups not UTF-8', '/columns/groups/1'],
    ['text view groups not UTF-8', '/columns/groups/2'],
    ['dictionary groups not UTF-8', '/columns/groups'],
    ['text groups that cut a character', '/columns/groups/1'],
  ])('%s', (name, place) => {
    const error = refusalOf(fromBase64(golden.refused[name]));
    expect(error).toBeInstanceOf(Unreadable);
    expect(error.code).toBe('not-utf-8');
    const places = error.violations.map(({ path, message }) => [`/${path.join('/')}`, message]);
    expect(places).toEqual([[place, 'must be UTF-8']]);
  });
});

describe('groups that contradict themselves are refused', () => {
  const corrupt = 'a record batch of the Arrow stream is corrupt';

  test.each([
    'views that overlap',
    'a view beyond its buffer',
    'falling offsets',
    'index beyond the dictionary',
    'negative index',
  ])('with %s', (name) => {
    expect(refusalOf(fromBase64(golden.refused[name])).message).toBe(corrupt);
  });

  test('with a text that ends beyond the last byte', () => {
    const body = Buffer.from(readable('plain'));
    const offsets = body.indexOf(new Uint8Array(Int32Array.of(0, 2, 4, 6, 8).buffer));
    body.writeInt32LE(9, offsets + 16);
    expect(refusalOf(body).message).toBe(corrupt);
  });

  test('with texts that claim the bytes of other columns', () => {
    const body = Buffer.from(readable('plain'));
    const [, batch] = messagesOf(new Uint8Array(body.buffer, body.byteOffset, body.length));
    // The text of `groups`, which is the last column.
    const texts = batch?.metadata.header(new RecordBatchMessage())?.buffers(6);
    const at = (batch?.metadata.bb?.bytes().byteOffset ?? 0) - body.byteOffset + (texts?.bb_pos ?? 0);
    expect([body.readBigInt64LE(at + 8), texts?.length()]).toEqual([8n, 8n]);
    body.writeBigInt64LE(0n, at);
    body.writeBigInt64LE(BigInt(batch?.body.length ?? 0), at + 8);
    expect(refusalOf(body).message).toBe(corrupt);
  });

  test('with an index that only a later dictionary has', () => {
    const [schema, dictionary, batch, delta, ...others] = splitMessages(readable('deltas'));
    const [using, ...last] = others;
    const swapped = [schema, dictionary, batch, using, delta, ...last].map(
      (part) => part ?? new Uint8Array(),
    );
    expect(refusalOf(Buffer.concat(swapped)).message).toBe(corrupt);
  });

  test('when its dictionary never comes', () => {
    const [schema, , ...others] = splitMessages(readable('dictionary groups of int8'));
    expect(refusalOf(Buffer.concat([schema ?? new Uint8Array(), ...others])).message).toBe(corrupt);
  });
});

test('a dictionary of no column is refused', () => {
  const [, dictionary = new Uint8Array()] = splitMessages(readable('deltas'));
  const [schema = new Uint8Array(), ...others] = splitMessages(readable('plain'));
  const error = refusalOf(Buffer.concat([schema, dictionary, ...others]));
  expect([error.code, error.message]).toEqual([
    'not-arrow',
    'a dictionary batch of the Arrow stream belongs to no column',
  ]);
});

test('texts of groups are not decoded for who has no use for them, but nulls are refused all the same', () => {
  for (const { stream, columns } of Object.values(golden.readable)) {
    const { groups, rewards } = readArrow(fromBase64(stream), 'unread');
    expect([...rewards]).toEqual(columns.rewards);
    expect(groups === undefined || groups instanceof Float64Array).toBe(true);
  }
  for (const name of ['null among string groups', 'null among string_view groups', 'null index']) {
    const body = fromBase64(golden.refused[name]);
    expect(() => readArrow(body, 'unread')).toThrow('must not be null');
  }
});

test('prompts that are written are read, whatever the text, its type and the batches', () => {
  const prompt = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
  );
  const batches = fc.array(fc.array(prompt, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 });
  const types = [() => new Utf8(), () => new LargeUtf8(), () => new Dictionary(new Utf8(), new Int8())];
  fc.assert(
    fc.property(batches, fc.constantFrom(...types), (all, typeOf) => {
      const type = typeOf();
      const tables = all.map((groups) => {
        return new RecordBatch({ rewards: doubles(groups.map(() => 1)), groups: texts(groups, type) });
      });
      const body = RecordBatchStreamWriter.writeAll(tables).toUint8Array(true);
      expect(Array.from(readArrow(body).groups ?? [])).toEqual(all.flat());
    }),
  );
});

test.each([
  ['ASCII', 'prompt'],
  ['of several bytes a character', 'Prömpt 日本'],
])('many texts %s, of which some are very long', (_, word) => {
  const groups = Array.from({ length: 5_000 }, (__, i) => word.repeat(i === 3_000 ? 300_000 : i % 9) + i);
  const table = new RecordBatch({ rewards: doubles(groups.map(() => 1)), groups: texts(groups, new Utf8()) });
  const body = RecordBatchStreamWriter.writeAll([table]).toUint8Array(true);
  expect(readArrow(body).groups).toEqual(groups);
});
