import { Endianness } from 'apache-arrow/fb/endianness';
import { Field } from 'apache-arrow/fb/field';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { Schema } from 'apache-arrow/fb/schema';
import { Encoding } from 'flatbuffers';
import type { InvalidInput, Place } from '../../calibration/errors.js';
import { Violations } from '../../calibration/violations.js';
import { isCharacteristicName, NOT_A_CHARACTERISTIC_NAME } from '../../curves/characteristic-name.js';
import { type DictionaryFormat, formatOf, type TextFormat, typeName } from './arrow-format.js';
import type { NumberFormat } from './arrow-numbers.js';
import { type ArrowMessage, notArrow } from './arrow-stream.js';

/** A column as the schema announces it. */
export type ArrowField = NumberField | GroupsField;

/** A column of numbers. */
export interface NumberField {
  readonly kind: 'numbers';
  readonly name: string;
  readonly format: NumberFormat;
}

/** The column `groups` where it is not of plain numbers. */
export type GroupsField =
  | { readonly kind: 'texts'; readonly format: TextFormat }
  | { readonly kind: 'dictionary'; readonly format: DictionaryFormat };

/** The name of the column that tells the prompt of each sample. */
export const GROUPS = 'groups';

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
 * @throws InvalidInput when `rewards` is missing, or a column is not of numbers (`groups`: of numbers or
 *   text), named twice or not a characteristic.
 */
export function fieldsOf({ metadata, metadataLength }: ArrowMessage): ArrowField[] {
  const schema: Schema | null =
    metadata.headerType() === MessageHeader.Schema ? metadata.header(new Schema()) : null;
  if (schema === null) throw notArrow('the Arrow stream does not start with a schema');
  if (schema.endianness() !== Endianness.Little) throw notArrow('the Arrow stream is big-endian');
  const fields = listFields(schema, metadataLength);
  const found = new Violations();
  const names = new Set<string>();
  const read = fields.flatMap((field) => readField(field, names, found) ?? []);
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

function readField(field: Field, names: Set<string>, found: Violations): ArrowField | undefined {
  const name = readName(field);
  const read = fieldOf(name, field);
  const message = names.has(name) ? 'is given more than once' : refusalOf(name, field, read);
  if (message !== undefined) found.add(['columns', name], message);
  names.add(name);
  return read;
}

function fieldOf(name: string, field: Field): ArrowField | undefined {
  const format = formatOf(field);
  if (format === undefined) return undefined;
  if (typeof format !== 'string' && 'convert' in format) return { kind: 'numbers', name, format };
  if (name !== GROUPS) return undefined;
  return typeof format === 'string' ? { kind: 'texts', format } : { kind: 'dictionary', format };
}

/** Compares bytes, not strings: a hostile schema could make a string megabytes long for every column. */
function readName(field: Field): string {
  const name = field.name(Encoding.UTF8_BYTES);
  return name instanceof Uint8Array ? Buffer.from(name.subarray(0, NAME_BYTES)).toString('utf8') : '';
}

function refusalOf(name: string, field: Field, read: ArrowField | undefined): string | undefined {
  if (name !== 'rewards' && name !== GROUPS && !isCharacteristicName(name)) return NOT_A_CHARACTERISTIC_NAME;
  if (read !== undefined) return undefined;
  if (TEXTS.includes(name)) return 'must not be sent: Arrow takes measured characteristics and not text';
  if (name === GROUPS) return `${OF_GROUPS}, not ${typeName(field)}`;
  return `must be of an integer or floating-point type, not ${typeName(field)}`;
}

const OF_GROUPS = 'must be of text, of an integer or floating-point type, or a dictionary of one of these';
