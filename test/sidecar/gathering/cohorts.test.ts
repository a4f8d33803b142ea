import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Gatherer } from '../../../src/sidecar/gathering/gatherer.js';
import type { TextToScore } from '../../../src/sidecar/servers/reward-server.js';
import { type Limits, range, textOf } from '../../support/simulated-upstream.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The limits that an upstream has by default. */
const DEFAULTS: Limits = { size: 32, wait: 5, concurrency: 2, queue: 4_096 };

/**
 * Milliseconds: a batch after the other, as a model on one GPU computes them (bench/sidecar-gathering.ts).
 */
const BATCH = 20;
const SAMPLE = 0.2;

/** One GPU behind a gatherer, the texts of every batch that it got, and when. */
function oneGpu(limits: Limits) {
  const batches: string[][] = [];
  const sentAt: number[] = [];
  let freeAt = 0;
  const send = async (texts: readonly TextToScore[]) => {
    batches.push(texts.map(({ text }) => text));
    sentAt.push(performance.now());
    freeAt = Math.max(freeAt, performance.now()) + batchOf(texts.length);
    await new Promise((resolve) => setTimeout(resolve, freeAt - performance.now()));
    return { rewards: texts.map(() => ({ reward: 1, entry: 1 })), answer: null };
  };
  return { gatherer: new Gatherer(limits, send), batches, sentAt };
}

interface Client {
  readonly name: string;
  /** Milliseconds from a reward to its next text. */
  readonly pause: (sample: number, client: number) => number;
}

/** Clients that each send the next sample when they have the reward of the last one: the times of each. */
async function sendInTurns(gatherer: Gatherer, clients: readonly Client[], milliseconds: number) {
  const until = performance.now() + milliseconds;
  const running = clients.map(async ({ name, pause }, client) => {
    const took: number[] = [];
    while (performance.now() < until) {
      const begin = performance.now();
      await gatherer.score({ text: name }, name);
      took.push(performance.now() - begin);
      await new Promise((resolve) => setTimeout(resolve, pause(took.length, client)));
    }
    return took;
  });
  await vi.advanceTimersByTimeAsync(2 * milliseconds);
  return Promise.all(running);
}

const clientsOf = (count: number, pause: Client['pause'], name = 'client'): Client[] =>
  range(0, count).map((i) => ({ name: `${name} ${i}`, pause }));

/** Milliseconds for a batch of so many, once the model computes it. */
const batchOf = (texts: number) => BATCH + SAMPLE * texts;

const mostOf = (times: readonly number[]) => Math.max(...times);

describe('clients that send their next text when they have the last reward', () => {
  test.each([
    ['at once', () => 0],
    ['a millisecond later', () => 1],
    ['one after the other', (sample: number, client: number) => (7 * sample + 3 * client) % 10],
  ])('fill the batches: 64 that return %s', async (_, pause) => {
    const { gatherer, batches } = oneGpu(DEFAULTS);
    const times = await sendInTurns(gatherer, clientsOf(64, pause), 4_000);
    // Two full batches by turns are 25 times as fast as one text after the other; three cohorts are 18. Who
    // returns late may miss a batch.
    const perSecond = times.flat().length / 4;
    expect((perSecond * batchOf(1)) / 1_000).toBeGreaterThan(24);
    expect(batches.slice(5, -5).every((texts) => texts.length === 32)).toBe(true);
  });

  test.each([3, 8, 33, 65, 80])('all have their turn: %i that return sooner and later', async (count) => {
    const { gatherer } = oneGpu(DEFAULTS);
    const soon = clientsOf(Math.ceil(count / 2), () => 0, 'soon');
    const later = clientsOf(Math.floor(count / 2), () => 3, 'later');
    const times = await sendInTurns(gatherer, [...soon, ...later], 4_000);
    // The batches under way, those that have the turn before, and the wait for company of each.
    const batches = 2 + Math.ceil(count / DEFAULTS.size);
    const most = batches * (batchOf(DEFAULTS.size) + DEFAULTS.wait);
    expect(mostOf(times.map(mostOf))).toBeLessThanOrEqual(most);
    const counts = times.map(({ length }) => length);
    // Who comes just after a batch has filled up waits for the next one: half a cycle more.
    expect(Math.min(...counts)).toBeGreaterThan(0.65 * mostOf(counts));
  });
});

describe('a lone client', () => {
  test.each([
    ['at once', () => 0],
    ['later', (sample: number) => (sample * 7) % 40],
  ])('never waits for company, when it returns %s', async (_, pause) => {
    const { gatherer } = oneGpu(DEFAULTS);
    const [times = []] = await sendInTurns(gatherer, clientsOf(1, pause), 2_000);
    expect(times.length).toBeGreaterThan(40);
    // Fake timers go by whole milliseconds.
    expect(mostOf(times)).toBeLessThanOrEqual(Math.ceil(batchOf(1)));
  });

  test('with many texts is not taken for callers who return while it awaits the others', async () => {
    const { gatherer, sentAt } = oneGpu(DEFAULTS);
    const rewards = gatherer.scoreAll(range(0, 100).map(textOf), 'alone');
    await vi.runAllTimersAsync();
    await rewards;
    const [first = 0, second, third, last = 0] = sentAt;
    expect([second, third]).toEqual([first, first + Math.floor(batchOf(32))]);
    // With the slot of the second batch, though the third is under way.
    expect(last - first).toBe(Math.floor(2 * batchOf(32)));
  });
});

describe('callers who do not return', () => {
  test('hold up those who waited for a slot by no more than the wait for company', async () => {
    const { gatherer, batches, sentAt } = oneGpu(DEFAULTS);
    for (const text of range(0, 33)) void gatherer.score(textOf(text), `client ${text}`);
    await vi.advanceTimersByTimeAsync(1);
    const waiting = gatherer.score(textOf(99), 'last');
    await vi.runAllTimersAsync();
    await waiting;
    expect(batches.map(({ length }) => length)).toEqual([1, 32, 1]);
    expect(sentAt.map((at) => at - (sentAt[0] ?? 0))).toEqual(
      [0, 0, batchOf(1) + DEFAULTS.wait].map(Math.floor),
    );
  });

  test('hold up nobody where their slot was the last under way', async () => {
    const { gatherer, sentAt } = oneGpu({ ...DEFAULTS, concurrency: 1 });
    void gatherer.score(textOf(0), 'first');
    void gatherer.score(textOf(1), 'second');
    await vi.runAllTimersAsync();
    expect(sentAt.map((at) => at - (sentAt[0] ?? 0))).toEqual([0, Math.floor(batchOf(1))]);
  });
});
