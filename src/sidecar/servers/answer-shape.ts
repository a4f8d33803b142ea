import { z } from 'zod';
import { BadGateway } from '../upstream-errors.js';
import type { RawReward } from './reward-server.js';

/**
 * A reward on the wire. Half-precision models give NaN, which becomes null since JSON has no NaN, and numbers
 * beyond a double's range are read as infinite; `z.number()` would refuse the whole batch for one of them.
 */
export const rewardSchema = z.custom<number | null>(isReward, 'expected a number or null');

/** Whether a value is a reward on the wire. */
export function isReward(value: unknown): value is number | null {
  return typeof value === 'number' || value === null;
}

/** Whether a value is a list of rewards on the wire. */
export function areRewards(value: unknown): value is (number | null)[] {
  return Array.isArray(value) && value.every(isReward);
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON object that a schema leaves as it is: they drop the key `__proto__`. */
export function isUsualObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Object.hasOwn(value, '__proto__');
}

/** An answer that breaks its contract. `reason` describes the shape, never the content. */
export function wrongAnswer(reason: string): BadGateway {
  return new BadGateway('upstream-wrong-answer', `the reward-model server's answer is wrong: ${reason}`);
}

/**
 * An answer in its contract's shape; further keys are kept.
 *
 * @param isUsual whether an answer is in the shape that servers send: never true where the schema refuses. It
 *   takes a fiftieth of the schema's time, which then only says what is wrong, or accepts the unusual.
 * @throws BadGateway (`upstream-wrong-answer`) naming the first place that is not in the shape.
 */
export function readShape<Schema extends z.ZodType>(
  schema: Schema,
  isUsual: (answer: unknown) => answer is z.output<Schema>,
  answer: unknown,
): z.output<Schema> {
  if (isUsual(answer)) return answer;
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrongAnswer(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
}

/**
 * The rewards of entries in the order of the texts. A reward is undefined where it is null or not finite, or
 * where its entry lacks the place that another entry has: such a text fails alone.
 *
 * @param place a reward in an entry; undefined where the entry lacks it.
 * @throws BadGateway (`upstream-wrong-answer`) for another number of entries than texts, or
 *   when no entry has the place.
 */
export function readEntries<Entry>(
  entries: readonly Entry[],
  count: number,
  place: (entry: Entry) => number | null | undefined,
): readonly RawReward[] {
  checkCount(entries.length, count);
  const values = entries.map(place);
  if (count > 0 && values.every((value) => value === undefined)) {
    throw wrongAnswer('no entry has a reward where the contract says');
  }
  return entries.map((entry, i) => ({ reward: finite(values[i]), entry }));
}

/** @throws BadGateway (`upstream-wrong-answer`) when there are more or fewer rewards than texts. */
export function checkCount(rewards: number, texts: number): void {
  if (rewards !== texts) throw wrongAnswer(`${rewards} rewards for ${texts} texts`);
}

/** The value where it is a finite number. */
export function finite(value: number | null | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
