import { isMessages } from './cells.js';
import { isObject, type JsonRecord, NAN_PROBLEM } from './json-rows.js';

/** A file that can go to the service as it is, and what of it can be measured; or why it cannot. */
export type AsIs =
  | {
      readonly fits: true;
      /** Every row that was looked at has the response's text. */
      readonly hasResponses: boolean;
      /** Every row that was looked at has its prompt. */
      readonly hasPrompts: boolean;
      /** Characteristics that every row that was looked at has. */
      readonly given: readonly string[];
    }
  | {
      readonly fits: false;
      /** Undefined where nobody would expect it: CSV. */
      readonly reason: string | undefined;
    };

/** The keys of a line that the service takes. */
const KNOWN = ['reward', 'response', 'prompt', 'id', 'characteristics'];

/**
 * Whether lines are such as the service takes: no other keys, and every value of its type. The first records
 * are asked; the service checks all.
 */
export function fitsAsIs(records: readonly JsonRecord[]): AsIs {
  for (const { line, value, problem } of records) {
    if (problem === NAN_PROBLEM)
      return { fits: false, reason: `in line ${line} there is NaN or Infinity, which is not JSON` };
    // Another line that is no JSON is the service's to refuse.
    if (problem !== undefined || !isObject(value)) continue;
    const reason = whyNot(value);
    if (reason !== undefined) return { fits: false, reason: `in line ${line} ${reason}` };
  }
  const rows = records.map(({ value }) => value).filter(isObject);
  return {
    fits: true,
    hasResponses: rows.every(({ response }) => response !== undefined),
    hasPrompts: rows.every(({ prompt }) => prompt !== undefined),
    given: commonKeys(rows.map(({ characteristics }) => characteristics)),
  };
}

function whyNot(row: Readonly<Record<string, unknown>>): string | undefined {
  const other = Object.keys(row).find((key) => !KNOWN.includes(key));
  if (other !== undefined)
    return `there is the key ${JSON.stringify(other)}, which the service does not know`;
  const { reward, response, prompt, id, characteristics } = row;
  if (reward === undefined) return 'there is no "reward"';
  if (typeof reward === 'string') return 'the reward is text, not a number';
  if (typeof reward !== 'number') return 'the reward is not a number';
  for (const [name, value] of [['response', response] as const, ['prompt', prompt] as const]) {
    if (isMessages(value)) return `the ${name} is a list of messages; the service takes text`;
    if (value !== undefined && typeof value !== 'string') return `the ${name} is not text`;
  }
  if (id !== undefined && typeof id !== 'string' && !Number.isInteger(id))
    return 'the id is neither text nor a whole number';
  if (characteristics !== undefined && !hasNumbers(characteristics))
    return 'the characteristics are not numbers';
  if (response === undefined && characteristics === undefined)
    return 'there is neither a response nor a length';
  return undefined;
}

function hasNumbers(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((number) => typeof number === 'number');
}

function commonKeys(objects: readonly unknown[]): string[] {
  const [first, ...others] = objects;
  if (!isObject(first)) return [];
  return Object.keys(first).filter((key) =>
    others.every((other) => isObject(other) && Object.hasOwn(other, key)),
  );
}
