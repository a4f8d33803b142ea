import { Endianness } from 'apache-arrow/fb/endianness';
import { Field } from 'apache-arrow/fb/field';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { Schema } from 'apache-arrow/fb/schema';
import { Type } from 'apache-arrow/fb/type';
import { Encoding } from 'flatbuffers';
import type { InvalidInput, Place } from '../../calibration/errors.js';
import { Violations } from '../../calibration/violations.js';
import { isCharacteristicName, NOT_A_CHARACTERISTIC_NAME } from '../../curves/characteristic-name.js';
import { type NumberFormat, numberFormat } from './arrow-numbers.js';
import { type ArrowMessage, notArrow } from './arrow-stream.js';

/** A column of numbers; `format` is undefined for a column `groups` of another type, which is not read. */
export interface ArrowField {
  readonly name: string;
  readonly format: NumberFormat | undefined;
}

/** Most columns of a stream: far more than a curve can use, and a bound on the work for a hostile schema. */
export const MAX_COLUMNS = 1_000;

/** Names have at most 64 characters; of a longer one only enough is read to see that it is too long. */
const NAME_BYTES = 256;

/** Columns that a caller may send as text elsewhere. */
const TEXTS = ['response', 'prompt'];

/**
 * The columns that the schema of a stream announces, in order.
 *
 * @throws Unreadable `not-arrow` when the message is not a schema that can be read.
 * @throws InvalidInput when `rewards` is missing, or a column is not of numbers, named twice or not a
 *   characteristic.
 */
export function fieldsOf({ metadata, metadataLength }: ArrowMessage): ArrowField[] {
  const schema: Schema | null =
    metadata.headerType() === MessageHeader.Schema ? metadata.header(new Schema()) : null;
  if (schema === null) throw notArrow('the Arrow stream does not start with a schema');
  if (schema.endianness() !== Endianness.Little) throw notArrow('the Arrow stream is big-endian');
  const fields = listFields(schema, metadataLength);
  const found = new Violations();
  const names = new Set<string>();
  const read = fields.map((field) => readField(field, names, found));
  if (!names.has('rewards'))
    found.add(['columns', 'rewards'], 'this column is needed here and was not given');
  found.refuse();
  return read;
}

/** The refusal of a stream in which a column breaks this rule. */
export function brokenArrowRule(path: Place, message: string): InvalidInput {
  const found = new Violations();
  found.add(path, message);
  return found.toError();
}

function listFields(schema: Schema, metadataLength: number): Field[] {
  const count = schema.fieldsLength();
  if (count < 0 || count * 4 > metadataLength) throw notArrow('the schema of the Arrow stream is corrupt');
  if (count > MAX_COLUMNS) {
    throw brokenArrowRule(['columns'], `must be at most ${MAX_COLUMNS} columns`);
  }
  return Array.from({ length: count }, (_, i) => schema.fields(i) ?? new Field());
}

function readField(field: Field, names: Set<string>, found: Violations): ArrowField {
  const name = readName(field);
  const format = numberFormat(field);
  const message = names.has(name) ? 'is given more than once' : refusalOf(name, field, format);
  if (message !== undefined) found.add(['columns', name], message);
  names.add(name);
  return { name, format };
}

/** Compares bytes, not strings: a hostile schema could make a string megabytes long for every column. */
function readName(field: Field): string {
  const name = field.name(Encoding.UTF8_BYTES);
  return name instanceof Uint8Array ? Buffer.from(name.subarray(0, NAME_BYTES)).toString('utf8') : '';
}

function refusalOf(name: string, field: Field, format: NumberFormat | undefined): string | undefined {
  if (name === 'groups') return undefined;
  if (name !== 'rewards' && !isCharacteristicName(name)) return NOT_A_CHARACTERISTIC_NAME;
  if (format !== undefined) return undefined;
  if (TEXTS.includes(name)) return 'must not be sent: Arrow takes measured characteristics and not text';
  const type = field.dictionary() === null ? (Type[field.typeType()] ?? 'unknown') : 'dictionary';
  return `must be of an integer or floating-point type, not ${type.replace(/_$/, '').toLowerCase()}`;
}
