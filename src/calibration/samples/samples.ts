import { brokenRule, type InvalidInput, type Place } from '../errors.js';
import { Violations } from '../violations.js';
import { BUILT_IN_CHARACTERISTICS, isBuiltIn } from './characteristics.js';
import { Numbering } from './numbering.js';
import { pick, toColumn } from './pick.js';

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

/** The path of a row in the request, and the names of its fields there. */
export interface RowPlace {
  readonly path: Place;
  readonly response: string;
  readonly characteristics: string;
  /** Where those fields hold lists, one item a sample: which item. */
  readonly item?: number | undefined;
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
  /**
   * Which samples answer the same prompt: a number from 0 for each prompt. Undefined where the prompts are
   * not known.
   */
  readonly groups?: Int32Array<ArrayBuffer> | undefined;
  /** Characteristics that came with the samples and that nobody asked for. */
  readonly unused?: readonly string[] | undefined;
  /** How many were measured on their whole text, prompt included, since no response was found in it. */
  readonly wholes?: number | undefined;
}

/** The number of samples. */
export function countSamples(samples: Samples): number {
  return 'rows' in samples ? samples.rows.length : samples.columns.rewards.length;
}

/** Some of the samples, in the order of `indices`. */
export function selectSamples(samples: MeasuredSamples, indices: Uint32Array): MeasuredSamples {
  const { groups } = samples;
  return {
    rewards: pick(samples.rewards, indices),
    characteristics: new Map(
      [...samples.characteristics].map(([name, column]) => [name, pick(column, indices)]),
    ),
    groups: groups && pickGroups(groups, indices),
  };
}

function pickGroups(groups: Int32Array, indices: Uint32Array): Int32Array<ArrayBuffer> {
  const picked = new Int32Array(indices.length);
  for (let k = 0; k < picked.length; k++) picked[k] = groups[indices[k]];
  return picked;
}

/** The prompts of samples as numbers, in order of first appearance; undefined where a sample has none. */
export function groupsOf(samples: Samples): Int32Array<ArrayBuffer> | undefined {
  if ('rows' in samples) return numberNames(samples.rows.length, (i) => samples.rows[i].prompt);
  const { groups = [], rewards } = samples.columns;
  return groups.length < rewards.length ? undefined : numberNames(groups.length, (i) => groups[i]);
}

/** Names as numbers, in order of first appearance; undefined where one is missing. */
export function numberNames(
  count: number,
  nameOf: (index: number) => string | number | undefined,
): Int32Array<ArrayBuffer> | undefined {
  const numbering = new Numbering<string | number>();
  const numbered = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const name = nameOf(i);
    if (name === undefined) return undefined;
    numbered[i] = numbering.numberOf(name);
  }
  return numbered;
}

/** The path of the reward of sample `index` in the request. */
export function rewardPlace(samples: Samples, index: number): Place {
  if ('columns' in samples) return ['columns', 'rewards', index];
  return [...(samples.placeOf ?? inSamples)(index).path, 'reward'];
}

/**
 * Reduces samples to numbers: rewards and the characteristics asked for, in order. A number that the caller
 * gives wins over measuring the text.
 *
 * @throws InvalidInput naming the places (up to MAX_VIOLATIONS) where a characteristic is missing or negative
 *   though built in, or where columns differ in length.
 */
export function measure(samples: Samples, names: readonly string[]): MeasuredSamples {
  return measureEach(samples, names, names);
}

/**
 * Reduces samples to what can be kept for a later fit: like {@link measure}, and also the characteristics
 * `wanted` where a row has them or its text can be measured, and all others that the caller gave. NaN marks a
 * value that a sample lacks.
 *
 * @throws InvalidInput as {@link measure}, for the characteristics `required`.
 */
export function measureAvailable(
  samples: Samples,
  required: readonly string[],
  wanted: readonly string[],
): MeasuredSamples {
  const names = new Set([...required, ...wanted]);
  addGivenNames(samples, names);
  return measureEach(samples, required, names);
}

/**
 * The rewards of samples without a curve. Checks the built-in characteristics that are given.
 *
 * @throws InvalidInput as {@link measure}.
 */
export function checkGiven(samples: Samples): MeasuredSamples {
  return measureEach(samples, [], givenBuiltIns(samples));
}

/**
 * The characteristics that the service can measure itself and that the caller gave, for some sample at least.
 */
export function givenBuiltIns(samples: Samples): string[] {
  return Object.keys(BUILT_IN_CHARACTERISTICS).filter((name) => isGiven(samples, name));
}

function isGiven(samples: Samples, name: string): boolean {
  if ('columns' in samples) return Object.hasOwn(samples.columns.characteristics, name);
  return samples.rows.some(({ characteristics = {} }) => Object.hasOwn(characteristics, name));
}

/** Each name is a column: with a new name in every row, memory would grow with the square of the rows. */
function addGivenNames(samples: Samples, names: Set<string>): void {
  const rows = 'columns' in samples ? [samples.columns] : samples.rows;
  for (const { characteristics } of rows) {
    for (const name in characteristics) names.add(name);
    if (names.size > MAX_CHARACTERISTICS) throw tooManyCharacteristics();
  }
}

/** The refusal of samples that have more characteristics than {@link MAX_CHARACTERISTICS}. */
export function tooManyCharacteristics(): InvalidInput {
  const message = `at most ${MAX_CHARACTERISTICS} different characteristics can be observed`;
  return brokenRule([], message, 'too-many-characteristics');
}

/**
 * A row with the characteristics `names` of its text added as numbers; numbers that the caller gave win. Such
 * rows measure the same as the original ones, without the text.
 */
export function measureText(row: SampleRow, names: readonly string[]): SampleRow {
  const characteristics = { ...row.characteristics };
  for (const name of names) {
    const value = characteristicOf(row, name);
    if (value !== undefined) characteristics[name] = value;
  }
  return { ...row, characteristics };
}

function measureEach(
  samples: Samples,
  required: readonly string[],
  names: Iterable<string>,
): MeasuredSamples {
  const found = new Violations();
  if ('columns' in samples) findUnequal(samples.columns, found);
  const characteristics = new Map<string, Float64Array<ArrayBuffer>>();
  for (const name of names) {
    const values = valuesOf(samples, name);
    if (required.includes(name)) findMissing(samples, name, values, found);
    findNegative(samples, name, values, found);
    if (found.isFull) break;
    if (values !== undefined) characteristics.set(name, values);
  }
  found.refuse((count) => `${count} value(s) of the samples are missing or wrong`);
  return { rewards: rewardsOf(samples), characteristics };
}

function rewardsOf(samples: Samples): Float64Array<ArrayBuffer> {
  if ('columns' in samples) return ownColumn(samples.columns.rewards);
  const { rows } = samples;
  const rewards = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) rewards[i] = rows[i].reward;
  return rewards;
}

/** The numbers in a buffer of their own, which can be transferred; no copy where they have one already. */
function ownColumn(given: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const isAlone =
    given instanceof Float64Array &&
    given.buffer instanceof ArrayBuffer &&
    given.byteLength === given.buffer.byteLength;
  return isAlone ? new Float64Array(given.buffer) : toColumn(given);
}

/** One characteristic of all samples: NaN where a row lacks it, undefined where the column is not there. */
function valuesOf(samples: Samples, name: string): Float64Array<ArrayBuffer> | undefined {
  if ('columns' in samples) {
    const { characteristics } = samples.columns;
    return Object.hasOwn(characteristics, name) ? ownColumn(characteristics[name]) : undefined;
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
  found: Violations,
): void {
  if (values === undefined) {
    const [given] = 'columns' in samples ? Object.keys(samples.columns.characteristics) : [];
    found.add(['columns', name], `this column is needed here and was not given${otherwise(given)}`);
  } else if ('rows' in samples) {
    const { placeOf = inSamples } = samples;
    for (let i = 0; i < values.length && !found.isFull; i++)
      if (Number.isNaN(values[i])) addMissing(name, placeOf(i), samples.rows[i], found);
  }
}

function addMissing(
  name: string,
  { path, response, characteristics, item }: RowPlace,
  row: SampleRow,
  found: Violations,
): void {
  const [given] = Object.keys(row.characteristics ?? {});
  if (isBuiltIn(name))
    found.add(
      item === undefined ? path : [...path, response, item],
      `needs "${response}" (text) or a number in "${characteristics}.${name}"${otherwise(given)}`,
    );
  else found.add([...path, characteristics, name, ...itemOf(item)], 'is needed here and was not given');
}

/** What else a fit could use. */
function otherwise(given: string | undefined): string {
  return given === undefined
    ? ''
    : ` (a fit by what is given: "characteristics": [${JSON.stringify(given.slice(0, 64))}])`;
}

function findNegative(
  samples: Samples,
  name: string,
  values: Float64Array | undefined,
  found: Violations,
): void {
  if (!isBuiltIn(name) || values === undefined) return;
  for (let i = 0; i < values.length && !found.isFull; i++) {
    if (values[i] < 0) found.add(valuePlace(samples, name, i), `"${name}" must not be negative`);
  }
}

function valuePlace(samples: Samples, name: string, index: number): Place {
  if ('columns' in samples) return ['columns', name, index];
  const { path, characteristics, item } = (samples.placeOf ?? inSamples)(index);
  return [...path, characteristics, name, ...itemOf(item)];
}

function itemOf(item: number | undefined): Place {
  return item === undefined ? [] : [item];
}

function findUnequal({ rewards, characteristics }: SampleColumns, found: Violations): void {
  for (const name in characteristics) {
    const { length } = characteristics[name];
    if (length === rewards.length) continue;
    const message = `has ${length} values, but "rewards" has ${rewards.length}: columns must have equal length`;
    found.add(['columns', name], message);
    if (found.isFull) return;
  }
}
