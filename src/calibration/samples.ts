import { BUILT_IN_CHARACTERISTICS, isBuiltIn } from './characteristics.js';
import { InvalidInput, type Place, type Violation } from './errors.js';

/** A scored response as callers send it: its text, or its measured characteristics, or both. */
export interface SampleRow {
  readonly reward: number;
  readonly response?: string | undefined;
  readonly characteristics?: Readonly<Record<string, number>> | undefined;
}

/** Samples as columns of equal length: `rewards`, and one column per characteristic. */
export interface SampleColumns {
  readonly rewards: readonly number[];
  readonly characteristics: Readonly<Record<string, readonly number[]>>;
}

/** Samples in either form. */
export type Samples = { readonly rows: readonly SampleRow[] } | { readonly columns: SampleColumns };

/**
 * Samples reduced to numbers, the only form in which they are kept or travel inside the service.
 * `characteristics` holds one column per requested name, each as long as `rewards`.
 */
export interface MeasuredSamples {
  readonly rewards: Float64Array<ArrayBuffer>;
  readonly characteristics: ReadonlyMap<string, Float64Array<ArrayBuffer>>;
}

/** How many of the broken rules an answer lists; the rest is counted. */
const MAX_VIOLATIONS = 20;

/** The number of samples. */
export function countSamples(samples: Samples): number {
  return 'rows' in samples ? samples.rows.length : samples.columns.rewards.length;
}

/** Where the reward of sample `index` stands in what the caller sent. */
export function rewardPlace(samples: Samples, index: number): Place {
  return 'rows' in samples ? ['samples', index, 'reward'] : ['columns', 'rewards', index];
}

/**
 * Reduces samples to numbers: rewards and the characteristics asked for, in order. A number that the caller gives
 * wins over measuring the text.
 *
 * @throws InvalidInput naming every place (up to 20) where a characteristic is missing or negative though built in,
 *   or where columns differ in length.
 */
export function measure(samples: Samples, names: readonly string[]): MeasuredSamples {
  return 'rows' in samples ? measureRows(samples.rows, names) : readColumns(samples.columns, names);
}

/**
 * Reduces samples to what can be kept for a later fit: the characteristics `wanted` where a row has them or its text
 * can be measured, and every characteristic that the caller gave. NaN marks a value that a sample lacks.
 *
 * @throws InvalidInput for columns of different length and for negative built-in characteristics.
 */
export function measureAvailable(samples: Samples, wanted: readonly string[]): MeasuredSamples {
  const isRows = 'rows' in samples;
  const violations: Violation[] = isRows ? [] : unequalColumns(samples.columns);
  const given = isRows ? givenNames(samples.rows) : Object.keys(samples.columns.characteristics);
  const characteristics = new Map<string, Float64Array<ArrayBuffer>>();
  for (const name of new Set([...wanted, ...given])) {
    const values = isRows
      ? Float64Array.from(samples.rows, (row) => characteristicOf(row, name) ?? Number.NaN)
      : Float64Array.from(samples.columns.characteristics[name] ?? []);
    values.forEach((value, i) => {
      checkSign(
        name,
        value,
        isRows ? ['samples', i, 'characteristics', name] : ['columns', name, i],
        violations,
      );
    });
    if (values.length > 0) characteristics.set(name, values);
  }
  refuse(violations);
  const rewards = isRows ? samples.rows.map(({ reward }) => reward) : samples.columns.rewards;
  return { rewards: Float64Array.from(rewards), characteristics };
}

function givenNames(rows: readonly SampleRow[]): string[] {
  return rows.flatMap((row) => (row.characteristics === undefined ? [] : Object.keys(row.characteristics)));
}

/** The characteristic of one row: as given, else measured from its text, else undefined. */
function characteristicOf({ characteristics, response }: SampleRow, name: string): number | undefined {
  if (characteristics !== undefined && Object.hasOwn(characteristics, name)) return characteristics[name];
  return response !== undefined && isBuiltIn(name) ? BUILT_IN_CHARACTERISTICS[name](response) : undefined;
}

function measureRows(rows: readonly SampleRow[], names: readonly string[]): MeasuredSamples {
  const violations: Violation[] = [];
  const rewards = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) rewards[i] = rows[i].reward;
  const characteristics = new Map(
    names.map((name) => [name, measureCharacteristic(rows, name, violations)] as const),
  );
  refuse(violations);
  return { rewards, characteristics };
}

function measureCharacteristic(rows: readonly SampleRow[], name: string, violations: Violation[]) {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = characteristicOf(rows[i], name);
    if (value === undefined) {
      violations.push(missing(name, i));
    } else {
      values[i] = value;
      checkSign(name, value, ['samples', i, 'characteristics', name], violations);
    }
  }
  return values;
}

function missing(name: string, row: number): Violation {
  return isBuiltIn(name)
    ? { path: ['samples', row], message: `needs "response" (text) or a number in "characteristics.${name}"` }
    : { path: ['samples', row, 'characteristics', name], message: 'is needed here and was not given' };
}

function readColumns(columns: SampleColumns, names: readonly string[]): MeasuredSamples {
  const violations = unequalColumns(columns);
  const characteristics = new Map<string, Float64Array<ArrayBuffer>>();
  for (const name of names) {
    const given = Object.hasOwn(columns.characteristics, name) ? columns.characteristics[name] : undefined;
    if (given === undefined) {
      violations.push({ path: ['columns', name], message: 'this column is needed here and was not given' });
      continue;
    }
    given.forEach((value, i) => {
      checkSign(name, value, ['columns', name, i], violations);
    });
    characteristics.set(name, Float64Array.from(given));
  }
  refuse(violations);
  return { rewards: Float64Array.from(columns.rewards), characteristics };
}

function unequalColumns({ rewards, characteristics }: SampleColumns): Violation[] {
  return Object.entries(characteristics)
    .filter(([, column]) => column.length !== rewards.length)
    .map(([name, column]) => ({
      path: ['columns', name],
      message: `has ${column.length} values, but "rewards" has ${rewards.length}: columns must have equal length`,
    }));
}

function checkSign(name: string, value: number, path: Place, violations: Violation[]): void {
  if (value < 0 && isBuiltIn(name)) violations.push({ path, message: `"${name}" must not be negative` });
}

function refuse(violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  throw new InvalidInput(
    `${violations.length} value(s) of the samples are missing or wrong`,
    violations.slice(0, MAX_VIOLATIONS),
  );
}
