import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { Unreadable } from '../../calibration/errors.js';
import { Violations } from '../../calibration/violations.js';
import { columnsOf } from './arrow-batch.js';
import { DictionaryColumn } from './arrow-dictionary-column.js';
import type { ValueFormat } from './arrow-format.js';
import { NumberColumn } from './arrow-number-column.js';
import { type ArrowField, brokenArrowRule, fieldsOf } from './arrow-schema.js';
import { type ArrowMessage, messagesOf, notArrow } from './arrow-stream.js';
import { TextColumn } from './arrow-text-column.js';

/** Samples as columns of equal length: doubles, all finite, and the prompts. */
export interface ArrowColumns {
  readonly rewards: Float64Array<ArrayBuffer>;
  readonly characteristics: Readonly<Record<string, Float64Array<ArrayBuffer>>>;
  /** The prompt of each sample, as text or a number, where the column is there and was to be read. */
  readonly groups: Prompts | undefined;
}

/** Prompts as they were sent: plain numbers, texts, or the values of a dictionary. */
export type Prompts = Float64Array<ArrayBuffer> | readonly (string | number)[];

/**
 * Whether the texts of `groups` are read, or only looked at for nulls, for a route that makes nothing of
 * them.
 */
export type GroupsUse = 'read' | 'unread';

/**
 * Reads samples from an Arrow IPC stream: `rewards`, and one column per characteristic, of any integer or
 * floating-point type; also `groups`, of such a type, of text (utf8, large_utf8, utf8_view), or a dictionary
 * of one of these.
 *
 * A float64 column in one record batch is not copied: it is a view of `body`, and may share its buffer with
 * other columns, so copy it before it is kept or transferred. Time and memory are linear in the size of the
 * body, whatever it claims: a number takes 8 bytes, and so does a prompt in a row; a text besides is decoded
 * once, however many rows of a batch share it.
 *
 * @throws Unreadable `empty-body`, `not-utf-8` for a prompt, or `not-arrow` for a body that is no stream,
 *   truncated or corrupt; never quotes the body.
 * @throws InvalidInput naming the places (up to MAX_VIOLATIONS) of columns that are missing, of another type
 *   or wrongly named, and of values that are null, not finite, or integers that no double holds exactly.
 */
export function readArrow(body: Uint8Array, groupsUse: GroupsUse = 'read'): ArrowColumns {
  if (body.length === 0) throw new Unreadable('empty-body', 'the body is empty');
  const columns = gather(plainBytes(body));
  const found = new Violations();
  const numbers = columns.flatMap((column): [string, Float64Array<ArrayBuffer>][] =>
    column instanceof NumberColumn ? [[column.name, column.read(found)]] : [],
  );
  const prompts = readPrompts(columns.find(isOfPrompts), groupsUse, found);
  found.refuse();
  const { rewards = new Float64Array(), groups, ...characteristics } = Object.fromEntries(numbers);
  if (rewards.length === 0) throw brokenArrowRule(['columns', 'rewards'], 'must not be empty');
  return { rewards, characteristics, groups: groups ?? prompts };
}

/** A column while its record batches are gathered. */
type Column = NumberColumn | PromptColumn;

/** The column `groups` where it is not of plain numbers. */
type PromptColumn = TextColumn | DictionaryColumn;

function isOfPrompts(column: Column): column is PromptColumn {
  return !(column instanceof NumberColumn);
}

function readPrompts(
  column: PromptColumn | undefined,
  use: GroupsUse,
  found: Violations,
): readonly (string | number)[] | undefined {
  if (use === 'read') return column?.read(found);
  column?.findNulls(found);
  return undefined;
}

/**
 * The bytes as a Uint8Array over a buffer that typed arrays can share: Buffer's `slice` works differently.
 */
function plainBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array<ArrayBuffer> {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, length);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, length));
}

function gather(bytes: Uint8Array<ArrayBuffer>): Column[] {
  const messages = messagesOf(bytes);
  const first = messages.next();
  if (first.done) throw notArrow('the Arrow stream does not start with a schema');
  const fields = fieldsOf(first.value);
  const columns = fields.map(toColumn);
  const formats = fields.map(formatInBatches);
  const dictionary = columns.find((column) => column instanceof DictionaryColumn);
  for (const message of messages) {
    const type = message.metadata.headerType();
    if (type === MessageHeader.DictionaryBatch) addValues(message, dictionary);
    else if (type === MessageHeader.RecordBatch) addBatch(message, formats, columns);
    else throw notArrow('the Arrow stream holds more than record batches and dictionaries');
  }
  return columns;
}

function toColumn(field: ArrowField): Column {
  if (field.kind === 'numbers') return new NumberColumn(field.name, field.format);
  return field.kind === 'texts' ? new TextColumn(field.format) : new DictionaryColumn(field.format);
}

function formatInBatches(field: ArrowField): ValueFormat {
  return field.kind === 'dictionary' ? field.format.indices : field.format;
}

function addBatch(message: ArrowMessage, formats: readonly ValueFormat[], columns: readonly Column[]): void {
  const batch: RecordBatch | null = message.metadata.header(new RecordBatch());
  for (const [i, part] of columnsOf(message, batch, formats).entries()) columns[i]?.add(part);
}

/** `groups` is the only column that may have a dictionary. */
function addValues(message: ArrowMessage, column: DictionaryColumn | undefined): void {
  const batch: DictionaryBatch | null = message.metadata.header(new DictionaryBatch());
  if (batch === null || batch.id() !== column?.format.id) {
    throw notArrow('a dictionary batch of the Arrow stream belongs to no column');
  }
  const [values] = columnsOf(message, batch.data(), [column.format.values]);
  if (values !== undefined) column.addValues(values, batch.isDelta());
}
