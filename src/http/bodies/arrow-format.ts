import type { DictionaryEncoding } from 'apache-arrow/fb/dictionary-encoding';
import type { Field } from 'apache-arrow/fb/field';
import { Int } from 'apache-arrow/fb/int';
import { Type } from 'apache-arrow/fb/type';
import { INT32, INT64, integerFormat, type NumberFormat, numberFormat } from './arrow-numbers.js';

/** How texts are stored: between offsets of 32 or 64 bits, or by a view of 16 bytes each. */
export type TextFormat = 'utf8' | 'large-utf8' | 'utf8-view';

/** Bytes of a view: a length, and the text itself or where it stands. */
export const VIEW_LENGTH = 16;

/** How the offsets of texts are stored. */
export function offsetsOf(format: 'utf8' | 'large-utf8'): NumberFormat {
  return format === 'utf8' ? INT32 : INT64;
}

/** How the values of a column, or those of its dictionary, are stored. */
export type ValueFormat = NumberFormat | TextFormat;

/** How a column is stored whose values stand in a dictionary. */
export interface DictionaryFormat {
  /** The dictionary batches of the column carry it. */
  readonly id: bigint;
  /** Of what stands in record batches: places in the dictionary. */
  readonly indices: NumberFormat;
  readonly values: ValueFormat;
}

const TEXTS = new Map<Type, TextFormat>([
  [Type.Utf8, 'utf8'],
  [Type.LargeUtf8, 'large-utf8'],
  [Type.Utf8View, 'utf8-view'],
]);

/** How a field of numbers or text is stored; undefined for any other type. */
export function formatOf(field: Field): ValueFormat | DictionaryFormat | undefined {
  const values = TEXTS.get(field.typeType()) ?? numberFormat(field);
  const dictionary = field.dictionary();
  if (values === undefined || dictionary === null) return values;
  const indices = indexFormat(dictionary);
  return indices && { id: dictionary.id(), indices, values };
}

/** Where no type of the indices is given, the format says int32. */
function indexFormat(dictionary: DictionaryEncoding): NumberFormat | undefined {
  const given = dictionary.indexType(new Int());
  return given === null ? INT32 : integerFormat(given);
}

/** A type of Arrow in words, as refusals name it. */
export function typeName(field: Field): string {
  const name = (Type[field.typeType()] ?? 'unknown').replace(/_$/, '').toLowerCase();
  return field.dictionary() === null ? name : `dictionary of ${name}`;
}
