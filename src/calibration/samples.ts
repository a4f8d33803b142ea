import { BUILT_IN_CHARACTERISTICS, isBuiltIn } from './characteristics.js';
import { InvalidInput, type Place, type Violation } from './errors.js';

/** A scored response as callers send it: its text, or its measured characteristics, or both. */
export interface SampleRow {
  readonly reward: number;
  /** Samples with the same prompt form a group. */
  readonly prompt?: string | undefined;
  readonly response?: string | undefined;
  readonly characteristics?: Readonly<Record<string, number>> | undefined;
}

/** Samples as columns of equal length: `rewards`, and one column per characteristic. */
export interface SampleColumns {
  readonly rewards: ArrayLike<number>;
  readonly characteristics: Readonly<Record<string, ArrayLike<number>>>;
  /** The prompt of each sample, as any name or number. */
  readonly groups?: ArrayLike<string | number> | undefined;
}

/** Most characteristics of one curve or one window: each is a column of doubles and a fit of its own. */
export const MAX_CHARACTERISTICS = 16;

/** Where a row stands in what the caller sent, and how its fields are called there. */
export interface RowPlace {
  readonly path: Place;
  readonly response: string;
  readonly characteristics: string;
}

/** Samples in either form; `placeOf` where the rows are not called `samples` in what the caller sent. */
export type Samples =
  | { readonly rows: readonly SampleRow[]; readonly placeOf?: (row: number) => RowPlace }
  | { readonly columns: SampleColumns };

/** A row at this path, with the fields of a sample. */
export function rowAt(path: Place): RowPlace {
  return { path, response: 'response', characteristics: 'characteristics' };
}

function inSamples(row: number): RowPlace {
  return rowAt(['samples', row]);
}

/**
 * Samples reduced to numbers, the only form in which they are kept or travel inside the service.
 * `characteristics` holds one column per requested name, each as long as `rewards`.
 */
export interface MeasuredSamples {
  readonly rewards: Float64Array<ArrayBuffer>;
  readonly characteristics: ReadonlyMap<string, Float64Array<ArrayBuffer>>;
  /** Which samples answer the same prompt: a number from 0 for each prompt. Undefined where the prompts are not known. */
  readonly groups?: Int32Array<ArrayBuffer> | undefined;
}

/** The number of samples. */
export function countSamples(samples: Samples): number {
  return 'rows' in samples ? samples.rows.length : samples.columns.rewards.length;
}

/** Some of the samples, in the order of `indices`. */
export function selectSamples(samples: MeasuredSamples, indices: Uint32Array): MeasuredSamples {
  const pick = (column: Float64Array) => Float64Array.from(indices, (i) => column[i]);
  const { groups } = samples;
  return {
    rewards: pick(samples.rewards),
    characteristics: new Map([...samples.characteristics].map(([name, column]) => [name, pick(column)])),
    groups: groups && Int32Array.from(indices, (i) => groups[i]),
  };
}

/** The prompts of samples as numbers, in order of first appearance; undefined where a sample has none. */
export function groupsOf(samples: Samples): Int32Array<ArrayBuffer> | undefined {
  const names: ArrayLike<string | number | undefined> =
    'rows' in samples ? samples.rows.map(({ prompt }) => prompt) : (samples.columns.groups ?? []);
  if (names.length < countSamples(samples)) return undefined;
  const numbers = new Map<string | number, number>();
  const groups = new Int32Array(names.length);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (name === undefined) return undefined;
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    groups[i] = known;
  }
  return groups;
}

/** Where the reward of sample `index` stands in what the caller sent. */
export function rewardPlace(samples: Samples, index: number): Place {
  if ('columns' in samples) return ['columns', 'rewards', index];
  return [...(samples.placeOf ?? inSamples)(index).path, 'reward'];
}

/**
 * Reduces samples to numbers: rewards and the characteristics asked for, in order. A number that the caller gives
 * wins over measuring the text.
 *
 * @throws InvalidInput naming the places (up to MAX_VIOLATIONS) where a characteristic is missing or negative though
 *   built in, or where columns differ in length.
 */
export function measure(samples: Samples, names: readonly string[]): MeasuredSamples {
  return measureEach(samples, names, names);
}

/**
 * Reduces samples to what can be kept for a later fit: like {@link measure}, and also the characteristics `wanted`
 * where a row has them or its text can be measured, and all others that the caller gave. NaN marks a value that a sample
 * lacks.
 *
 * @throws InvalidInput as {@link measure}, for the characteristics `required`.
 */
export function measureAvailable(
  samples: Samples,
  required: readonly string[],
  wanted: readonly string[],
): MeasuredSamples {
  return measureEach(samples, required, new Set([...required, ...wanted, ...givenNames(samples)]));
}

/**
 * A row with the characteristics `names` of its text as numbers beside those that the caller gave, which win. Samples of such rows
 * are measured like those of the rows as they were, without looking at the text.
 */
export function measureText(row: SampleRow, names: readonly string[]): SampleRow {
  const characteristics = { ...row.characteristics };
  for (const name of names) {
    const value = characteristicOf(row, name);
    if (value !== undefined) characteristics[name] = value;
  }
  return { ...row, characteristics };
}

/** The names of all characteristics that the caller gave, for some sample at least; they may come several times. */
export function givenNames(samples: Samples): string[] {
  if ('columns' in samples) return Object.keys(samples.columns.characteristics);
  return samples.rows.flatMap(({ characteristics }) => Object.keys(characteristics ?? {}));
}

function measureEach(
  samples: Samples,
  required: readonly string[],
  names: Iterable<string>,
): MeasuredSamples {
  const violations: Violation[] = 'columns' in samples ? unequalColumns(samples.columns) : [];
  const characteristics = new Map<string, Float64Array<ArrayBuffer>>();
  for (const name of names) {
    const values = valuesOf(samples, name);
    if (required.includes(name)) findMissing(samples, name, values, violations);
    findNegative(samples, name, values, violations);
    if (values !== undefined) characteristics.set(name, values);
  }
  if (violations.length > 0) {
    throw new InvalidInput(`${violations.length} value(s) of the samples are missing or wrong`, violations);
  }
  return { rewards: rewardsOf(samples), characteristics };
}

function rewardsOf(samples: Samples): Float64Array<ArrayBuffer> {
  if ('columns' in samples) return new Float64Array(samples.columns.rewards);
  const { rows } = samples;
  const rewards = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) rewards[i] = rows[i].reward;
  return rewards;
}

/** One characteristic of all samples: NaN where a row lacks it, undefined where the column is not there. */
function valuesOf(samples: Samples, name: string): Float64Array<ArrayBuffer> | undefined {
  if ('columns' in samples) {
    const { characteristics } = samples.columns;
    return Object.hasOwn(characteristics, name) ? new Float64Array(characteristics[name]) : undefined;
  }
  const { rows } = samples;
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = characteristicOf(rows[i], name) ?? Number.NaN;
  return values;
}

/** The characteristic of one row: as given, else measured from its text, else undefined. */
function characteristicOf({ characteristics, response }: SampleRow, name: string): number | undefined {
  if (characteristics !== undefined && Object.hasOwn(characteristics, name)) return characteristics[name];
  return response !== undefined && isBuiltIn(name) ? BUILT_IN_CHARACTERISTICS[name](response) : undefined;
}

function findMissing(
  samples: Samples,
  name: string,
  values: Float64Array | undefined,
  violations: Violation[],
): void {
  if (values === undefined) {
    violations.push({ path: ['columns', name], message: 'this column is needed here and was not given' });
  } else if ('rows' in samples) {
    const { placeOf = inSamples } = samples;
    for (let i = 0; i < values.length; i++)
      if (Number.isNaN(values[i])) violations.push(missing(name, placeOf(i)));
  }
}

function missing(name: string, { path, response, characteristics }: RowPlace): Violation {
  return isBuiltIn(name)
    ? { path, message: `needs "${response}" (text) or a number in "${characteristics}.${name}"` }
    : { path: [...path, characteristics, name], message: 'is needed here and was not given' };
}

function findNegative(
  samples: Samples,
  name: string,
  values: Float64Array | undefined,
  violations: Violation[],
): void {
  if (!isBuiltIn(name) || values === undefined) return;
  for (let i = 0; i < values.length; i++) {
    if (values[i] >= 0 || Number.isNaN(values[i])) continue;
    violations.push({ path: valuePlace(samples, name, i), message: `"${name}" must not be negative` });
  }
}

function valuePlace(samples: Samples, name: string, index: number): Place {
  if ('columns' in samples) return ['columns', name, index];
  const { path, characteristics } = (samples.placeOf ?? inSamples)(index);
  return [...path, characteristics, name];
}

function unequalColumns({ rewards, characteristics }: SampleColumns): Violation[] {
  return Object.entries(characteristics)
    .filter(([, column]) => column.length !== rewards.length)
    .map(([name, column]) => ({
      path: ['columns', name],
      message: `has ${column.length} values, but "rewards" has ${rewards.length}: columns must have equal length`,
    }));
}
