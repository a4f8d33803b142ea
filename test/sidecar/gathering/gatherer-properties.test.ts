import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InvalidInput } from '../../../src/calibration/errors.js';
import type { Gatherer } from '../../../src/sidecar/gathering/gatherer.js';
import { BadGateway } from '../../../src/sidecar/upstream-errors.js';
import {
  BatchFailed,
  type Behaviour,
  type Limits,
  range,
  rewardOf,
  simulate,
  textOf,
} from '../../support/simulated-upstream.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A call of a client: so many texts, at a time, given up at another. */
interface Call {
  readonly at: number;
  readonly client: string;
  /** Of its texts' parameters. */
  readonly key: string;
  readonly count: number;
  readonly way: 'score' | 'scoreAll' | 'scoreEach';
  readonly abortAfter: number | undefined;
}

class GivenUp extends Error {
  constructor(readonly call: number) {
    super('given up');
  }
}

const calls = fc.array(
  fc.record<Call>({
    at: fc.integer({ min: 0, max: 60 }),
    client: fc.constantFrom('a', 'b', 'c'),
    key: fc.constantFrom('', '', 'x', 'y'),
    count: fc.integer({ min: 1, max: 9 }),
    way: fc.constantFrom('score', 'scoreAll', 'scoreEach'),
    abortAfter: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined, freq: 2 }),
  }),
  { minLength: 1, maxLength: 40 },
);

const someLimits = fc.record<Limits>({
  size: fc.integer({ min: 1, max: 8 }),
  wait: fc.integer({ min: 0, max: 10 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  queue: fc.integer({ min: 1, max: 60 }),
});

/** Any upstream: its latencies and its faults, in turn. */
const behaviours = fc
  .record({
    latencies: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 10 }),
    failures: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
    poison: fc.uniqueArray(fc.nat(80), { maxLength: 5 }),
    unscored: fc.uniqueArray(fc.nat(80), { maxLength: 5 }),
    isFaulty: fc.boolean(),
  })
  .map(
    ({ latencies, failures, poison, unscored, isFaulty }): Behaviour => ({
      latency: (batch) => latencies[batch % latencies.length] ?? 0,
      fails: (batch) => isFaulty && failures[batch % failures.length] === true,
      isPoison: (text) => poison.includes(text),
      isUnscored: (text) => unscored.includes(text),
    }),
  );

type Outcome = PromiseSettledResult<{ reward: number | undefined; entry: unknown }>;

/** Makes the call, and gives an outcome a text whichever way it was called. */
async function make(
  gatherer: Gatherer,
  call: Call,
  texts: number[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const asked = texts.map((text) => ({ ...textOf(text), parameters: { fields: {}, key: call.key } }));
  const all = (): Promise<readonly Outcome[]> => {
    if (call.way === 'scoreEach') return gatherer.scoreEach(asked, call.client, signal);
    if (call.way === 'score')
      return Promise.allSettled(asked.map((text) => gatherer.score(text, call.client, signal)));
    return gatherer
      .scoreAll(asked, call.client, signal)
      .then((rewards) => rewards.map((value) => ({ status: 'fulfilled', value }) as const));
  };
  const outcomes = await all().catch((reason: unknown) =>
    texts.map(() => ({ status: 'rejected', reason }) as const),
  );
  return [...outcomes];
}

/** What became of a call, and how many batches had gone when it was given up. */
interface Made {
  readonly call: Call;
  readonly number: number;
  readonly texts: number[];
  readonly outcomes: Outcome[];
  readonly sentAtAbort: number | undefined;
}

/** Makes the calls at their times; no text is in two of them. */
async function makeAll(
  gatherer: Gatherer,
  made: readonly Call[],
  batches: number[][],
  called: () => void,
): Promise<Made[]> {
  let next = 0;
  const running = made.map(async (call, number): Promise<Made> => {
    const texts = range(next, next + call.count);
    next += call.count;
    const controller = new AbortController();
    let sentAtAbort: number | undefined;
    await new Promise((resolve) => setTimeout(resolve, call.at));
    if (call.abortAfter !== undefined) {
      setTimeout(() => {
        sentAtAbort = batches.length;
        controller.abort(new GivenUp(number));
      }, call.abortAfter);
    }
    const making = make(gatherer, call, texts, controller.signal);
    called();
    const outcomes = await making;
    return { call, number, texts, outcomes, sentAtAbort };
  });
  await vi.runAllTimersAsync();
  return Promise.all(running);
}

/** Own rewards in order, own errors; nothing is sent after it was given up. */
function expectOwnOutcomes(made: Made, batches: number[][], behaviour: Behaviour): void {
  const { call, texts, outcomes, sentAtAbort } = made;
  const sentAfterAbort = batches.slice(sentAtAbort ?? batches.length).flat();
  expect(outcomes).toHaveLength(texts.length);
  texts.forEach((text, i) => {
    const outcome = outcomes[i];
    if (outcome?.status === 'fulfilled') {
      const reward = behaviour.isUnscored?.(text) ? undefined : rewardOf(text);
      expect(outcome.value).toEqual({ reward, entry: text });
      expect(behaviour.isPoison?.(text)).toBe(false);
      return;
    }
    const together = call.way === 'scoreAll' ? texts : [text];
    expectOwnError(outcome?.reason, together, made.number, behaviour);
    if (outcome?.reason instanceof GivenUp) expect(sentAfterAbort).not.toContain(text);
  });
}

/** An error of one of these texts (those that stand or fall together), and of this call. */
function expectOwnError(reason: unknown, texts: number[], call: number, { isPoison }: Behaviour): void {
  if (reason instanceof GivenUp) expect(reason.call).toBe(call);
  else if (reason instanceof BatchFailed)
    expect(texts.some((text) => reason.texts.includes(text))).toBe(true);
  else if (reason instanceof BadGateway) expect(texts.some((text) => isPoison?.(text))).toBe(true);
  else if (reason instanceof InvalidInput) expect(reason.code).toBe('too-many-samples');
  else expect(reason).toMatchObject({ code: 'upstream-queue-full' });
}

describe('whatever comes in between', () => {
  test('every text gets its own reward or its own error, in batches and slots as limited', async () => {
    const anything = fc.asyncProperty(someLimits, behaviours, calls, async (limits, behaviour, made) => {
      const { gatherer, batches, mostUnderWay } = simulate(limits, behaviour);
      const waiting: number[] = [];
      const all = await makeAll(gatherer, made, batches, () => waiting.push(gatherer.waiting));
      for (const one of all) expectOwnOutcomes(one, batches, behaviour);
      const keys = all.flatMap(({ call, texts }) => texts.map(() => call.key));
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(limits.size);
        expect(new Set(batch.map((text) => keys[text])).size).toBe(1);
      }
      expect(Math.max(...waiting)).toBeLessThanOrEqual(limits.queue);
      expect(mostUnderWay()).toBeLessThanOrEqual(limits.concurrency);
      expect(gatherer.waiting).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    });
    await fc.assert(anything, { numRuns: 300 });
  });
});
