import type { Field } from 'apache-arrow/fb/field';
import { FloatingPoint } from 'apache-arrow/fb/floating-point';
import { Int } from 'apache-arrow/fb/int';
import { Precision } from 'apache-arrow/fb/precision';
import { Type } from 'apache-arrow/fb/type';

/** How a type of Arrow stores numbers, and how they become doubles. */
export interface NumberFormat {
  /** Bytes of one number. */
  readonly width: number;
  /** The rule broken by a number that {@link NumberFormat.convert} does not turn into a finite one. */
  readonly rule: string;
  /** Writes the numbers in `bytes` (little-endian) as doubles, from the index `at` on. */
  readonly convert: (bytes: Uint8Array<ArrayBuffer>, doubles: Float64Array, at: number) => void;
}

/** The rule for every number that is sent. */
export const FINITE = 'must be a finite number';

const EXACT = 'must be an integer within ±(2^53 − 1): beyond, not every integer is a double';

/** Float64: the numbers are doubles already. */
export const DOUBLE = native(Float64Array);

const FLOATS = new Map([
  [Precision.HALF, each(2, FINITE, halfAt)],
  [Precision.SINGLE, native(Float32Array)],
  [Precision.DOUBLE, DOUBLE],
]);

/** 32-bit integers: what indices and offsets are, unless the schema says otherwise. */
export const INT32 = native(Int32Array);

/** 64-bit integers; NaN where no double is exactly that. */
export const INT64 = each(8, EXACT, (view, at) =>
  exact(view.getInt32(at + 4, true), view.getUint32(at, true)),
);

const SIGNED = new Map([
  [8, native(Int8Array)],
  [16, native(Int16Array)],
  [32, INT32],
  [64, INT64],
]);

const UNSIGNED = new Map([
  [8, native(Uint8Array)],
  [16, native(Uint16Array)],
  [32, native(Uint32Array)],
  [64, each(8, EXACT, (view, at) => exact(view.getUint32(at + 4, true), view.getUint32(at, true)))],
]);

/**
 * How the numbers of a field (those of its dictionary, where it has one) are stored; undefined for a type
 * other than integers and floating-point numbers.
 */
export function numberFormat(field: Field): NumberFormat | undefined {
  if (field.typeType() === Type.FloatingPoint) {
    const float: FloatingPoint | null = field.type(new FloatingPoint());
    return float === null ? undefined : FLOATS.get(float.precision());
  }
  if (field.typeType() !== Type.Int) return undefined;
  const int: Int | null = field.type(new Int());
  return int === null ? undefined : integerFormat(int);
}

/** How integers of a type are stored; undefined for a width that there is not. */
export function integerFormat(type: Int): NumberFormat | undefined {
  return (type.isSigned() ? SIGNED : UNSIGNED).get(type.bitWidth());
}

/** A typed array that can view numbers in place. */
interface NativeArray {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): ArrayLike<number>;
}

function native(View: NativeArray): NumberFormat {
  const width = View.BYTES_PER_ELEMENT;
  const convert = (bytes: Uint8Array<ArrayBuffer>, doubles: Float64Array, at: number) => {
    const { buffer, byteOffset, length } = aligned(bytes, width);
    doubles.set(new View(buffer, byteOffset, length / width), at);
  };
  return { width, rule: FINITE, convert };
}

/** The same bytes, aligned for a typed array of this width: copied only where they are not aligned. */
function aligned(bytes: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
}

function each(width: number, rule: string, numberAt: (view: DataView, at: number) => number): NumberFormat {
  const convert = (bytes: Uint8Array<ArrayBuffer>, doubles: Float64Array, at: number) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const count = bytes.length / width;
    for (let i = 0; i < count; i++) doubles[at + i] = numberAt(view, i * width);
  };
  return { width, rule, convert };
}

/** high · 2³² + low, or NaN where a double may not be exactly that. A BigInt would take ten times as long. */
function exact(high: number, low: number): number {
  const value = high * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. Node 20 has no Float16Array. */
function halfAt(view: DataView, at: number): number {
  const bits = view.getUint16(at, true);
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
