import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InvalidInput, Unavailable } from '../../../src/calibration/errors.js';
import { Gatherer } from '../../../src/sidecar/gathering/gatherer.js';
import { BadGateway } from '../../../src/sidecar/upstream-errors.js';
import {
  LIMITS,
  range,
  rewardOf,
  rewardsOf,
  simulate,
  textOf,
  textsOf,
} from '../../support/simulated-upstream.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a lone caller', () => {
  test('is not kept waiting: with nothing under way a text goes at once', async () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: () => 20 });
    const reward = gatherer.score(textOf(1), 'a');
    expect(batches).toEqual([[1]]);
    await vi.runAllTimersAsync();
    expect(await reward).toEqual({ reward: 1.5, entry: 1 });
  });

  test('finds the upstream idle again after each answer', async () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: () => 20 });
    for (const text of [1, 2, 3]) {
      const reward = gatherer.score(textOf(text), 'a');
      expect(batches.at(-1)).toEqual([text]);
      await vi.advanceTimersByTimeAsync(20);
      await reward;
    }
  });
});

describe('texts that come while a request is under way', () => {
  test('go as soon as they fill a batch and there is a slot', () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: () => 20 });
    for (const text of [0, 1, 2, 3]) void gatherer.score(textOf(text), 'a');
    expect(batches).toEqual([[0]]);
    void gatherer.score(textOf(4), 'a');
    expect(batches).toEqual([[0], [1, 2, 3, 4]]);
  });

  test('go in a partial batch once the oldest has waited, not earlier', async () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: () => 20 });
    void gatherer.score(textOf(0), 'a');
    void gatherer.score(textOf(1), 'a');
    await vi.advanceTimersByTimeAsync(3);
    void gatherer.score(textOf(2), 'a');
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[0]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[0], [1, 2]]);
  });

  test('wait for a slot, however long they waited already', async () => {
    const { gatherer, batches } = simulate({ ...LIMITS, concurrency: 1 }, { latency: () => 50 });
    for (const text of range(0, 7)) void gatherer.score(textOf(text), 'a');
    await vi.advanceTimersByTimeAsync(49);
    expect(batches).toEqual([[0]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[0], [1, 2, 3, 4]]);
    await vi.advanceTimersByTimeAsync(50);
    expect(batches).toEqual([[0], [1, 2, 3, 4], [5, 6]]);
  });
});

describe('several texts of one request', () => {
  test('are answered in their order, whichever batch comes back first', async () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: (batch) => 100 - 30 * batch });
    const rewards = gatherer.scoreAll(range(0, 11).map(textOf), 'a');
    await vi.runAllTimersAsync();
    expect(await rewards).toEqual(rewardsOf(range(0, 11)));
    expect(batches).toHaveLength(3);
  });

  test('of which there are none need no upstream', async () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: () => 1 });
    expect(await gatherer.scoreAll([], 'a')).toEqual([]);
    expect(batches).toEqual([]);
  });

  test('fail together where the caller wants all of them, and the rest is not sent any more', async () => {
    const { gatherer, batches } = simulate(
      { ...LIMITS, concurrency: 1 },
      { latency: () => 9, fails: () => true },
    );
    const rewards = gatherer.scoreAll(range(0, 12).map(textOf), 'a');
    const refused = expect(rewards).rejects.toThrow('this batch failed');
    await vi.runAllTimersAsync();
    await refused;
    expect(batches).toEqual([[0, 1, 2, 3]]);
    expect(gatherer.waiting).toBe(0);
  });
});

describe('clients take turns', () => {
  test('a single sample behind 4,096 of another client goes in one of the next two batches', async () => {
    const limits = { size: 32, wait: 5, concurrency: 2, queue: 8_192 };
    const { gatherer, batches } = simulate(limits, { latency: () => 20 });
    const many = gatherer.scoreAll(range(0, 4_096).map(textOf), 'trainer with a rollout');
    const sentBefore = batches.length;
    const single = gatherer.score(textOf(9_999), 'another');
    await vi.runAllTimersAsync();
    expect(await single).toEqual({ reward: 9_999.5, entry: 9_999 });
    expect(batches.slice(sentBefore, sentBefore + 2).flat()).toContain(9_999);
    expect(await many).toEqual(rewardsOf(range(0, 4_096)));
  });

  test('with several waiting, a batch has as many of each', async () => {
    const { gatherer, batches } = simulate({ ...LIMITS, size: 6, concurrency: 1 }, { latency: () => 9 });
    void gatherer.score(textOf(0), 'first');
    void gatherer.scoreAll(textsOf(10, 11, 12, 13, 14, 15), 'a');
    void gatherer.scoreAll(textsOf(20, 21, 22, 23, 24, 25), 'b');
    void gatherer.scoreAll(textsOf(30, 31), 'c');
    await vi.runAllTimersAsync();
    expect(batches).toEqual([[0], [10, 20, 30, 11, 21, 31], [12, 22, 13, 23, 14, 24], [15, 25]]);
  });
});

describe('what is too much', () => {
  test('is refused with the time to come back; what was there before is answered', async () => {
    const limits = { ...LIMITS, concurrency: 1, queue: 3 };
    const { gatherer } = simulate(limits, { latency: () => 20 });
    const taken = range(0, 4).map((text) => gatherer.score(textOf(text), 'a'));
    const refused = await gatherer.score(textOf(4), 'b').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Unavailable);
    expect(refused).toMatchObject({ code: 'upstream-queue-full', retryAfterSeconds: 1 });
    await vi.runAllTimersAsync();
    expect(await Promise.all(taken)).toEqual(rewardsOf(range(0, 4)));
  });

  test('is told to come back when the queue may be gone, as slow as the last batch was', async () => {
    const limits = { size: 2, wait: 5, concurrency: 1, queue: 4 };
    const { gatherer } = simulate(limits, { latency: () => 7_000 });
    void gatherer.scoreAll(range(0, 6).map(textOf), 'a');
    await vi.advanceTimersByTimeAsync(7_000);
    void gatherer.scoreAll(range(6, 8).map(textOf), 'a');
    await expect(gatherer.score(textOf(8), 'b')).rejects.toMatchObject({ retryAfterSeconds: 14 });
  });

  test('is refused as a whole: of a request that does not fit, no text is sent', async () => {
    const limits = { ...LIMITS, concurrency: 1, queue: 3 };
    const { gatherer, batches } = simulate(limits, { latency: () => 20 });
    void gatherer.score(textOf(0), 'a');
    await expect(gatherer.scoreAll(textsOf(1, 2, 3, 4), 'b')).rejects.toThrow(Unavailable);
    await vi.runAllTimersAsync();
    expect(batches).toEqual([[0]]);
  });

  test('does not count what goes at once', async () => {
    const { gatherer, batches } = simulate({ ...LIMITS, queue: 1 }, { latency: () => 20 });
    const rewards = gatherer.scoreAll(range(0, 9).map(textOf), 'a');
    expect(batches).toEqual([range(0, 4), range(4, 8)]);
    await vi.runAllTimersAsync();
    expect(await rewards).toEqual(rewardsOf(range(0, 9)));
  });

  test('even for an idle upstream is the caller\u2019s fault, and trying again would not help', async () => {
    const { gatherer } = simulate({ ...LIMITS, queue: 3 }, { latency: () => 20 });
    await expect(gatherer.scoreAll(range(0, 12).map(textOf), 'a')).rejects.toThrow(InvalidInput);
  });
});

describe('failures', () => {
  test('of a batch are those of its texts alone, and the next batch is sent', async () => {
    const behaviour = { latency: () => 9, fails: (batch: number) => batch === 0 };
    const { gatherer } = simulate({ ...LIMITS, concurrency: 1 }, behaviour);
    const first = expect(gatherer.score(textOf(0), 'a')).rejects.toThrow('this batch failed');
    const second = gatherer.score(textOf(1), 'a');
    await vi.runAllTimersAsync();
    await first;
    expect(await second).toEqual({ reward: 1.5, entry: 1 });
  });

  test('of one text to get a reward are its own', async () => {
    const { gatherer } = simulate(LIMITS, { latency: () => 9, isUnscored: (text) => text === 2 });
    const rewards = gatherer.scoreAll(textsOf(1, 2, 3), 'a');
    await vi.runAllTimersAsync();
    expect(await rewards).toEqual([
      { reward: 1.5, entry: 1 },
      { reward: undefined, entry: 2 },
      { reward: 3.5, entry: 3 },
    ]);
  });

  test('of the upstream to take one text are its own: the batch is halved until the text stands alone', async () => {
    const limits = { ...LIMITS, size: 32 };
    const { gatherer, batches } = simulate(limits, { latency: () => 9, isPoison: (text) => text === 19 });
    const outcomes = gatherer.scoreEach(range(0, 32).map(textOf), 'a');
    await vi.runAllTimersAsync();
    (await outcomes).forEach((outcome, text) => {
      if (text === 19)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'upstream-refused' } });
      else expect(outcome).toEqual({ status: 'fulfilled', value: { reward: rewardOf(text), entry: text } });
    });
    expect(batches).toHaveLength(1 + 2 * Math.log2(32));
  });

  test('of the upstream to take anything end after 2n − 1 requests', async () => {
    const { gatherer, batches } = simulate(
      { ...LIMITS, size: 32 },
      { latency: () => 9, isPoison: () => true },
    );
    const outcomes = gatherer.scoreEach(range(0, 32).map(textOf), 'a');
    await vi.runAllTimersAsync();
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
    expect(batches).toHaveLength(63);
  });

  test('of any other kind are not tried again here', async () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: () => 9, fails: () => true });
    const outcomes = gatherer.scoreEach(textsOf(1, 2, 3, 4), 'a');
    await vi.runAllTimersAsync();
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
    expect(batches).toHaveLength(1);
  });

  test('to answer for every text leave none waiting', async () => {
    const gatherer = new Gatherer(LIMITS, async () => ({ rewards: [], answer: null }));
    await expect(gatherer.score(textOf(1), 'a')).rejects.toThrow(BadGateway);
  });

  test('to send at all are the text\u2019s', async () => {
    const gatherer = new Gatherer(LIMITS, () => {
      throw new Error('not sent');
    });
    await expect(gatherer.score(textOf(1), 'a')).rejects.toThrow('not sent');
    await expect(gatherer.score(textOf(1), 'a')).rejects.toThrow('not sent');
  });
});

describe('a caller that goes away', () => {
  test('before its text was sent takes it out of the queue', async () => {
    const { gatherer, batches } = simulate({ ...LIMITS, concurrency: 1 }, { latency: () => 9 });
    const client = new AbortController();
    void gatherer.score(textOf(0), 'a');
    const gone = expect(gatherer.score(textOf(1), 'a', client.signal)).rejects.toThrow('gone');
    const stays = gatherer.score(textOf(2), 'a');
    client.abort(new Error('gone'));
    await gone;
    expect(gatherer.waiting).toBe(1);
    await vi.runAllTimersAsync();
    await stays;
    expect(batches).toEqual([[0], [2]]);
  });

  test('after that does not hold up the others in the batch', async () => {
    const { gatherer } = simulate({ ...LIMITS, concurrency: 1 }, { latency: () => 9 });
    const client = new AbortController();
    const first = gatherer.score(textOf(0), 'a');
    const gone = expect(gatherer.score(textOf(1), 'a', client.signal)).rejects.toThrow('gone');
    const stays = gatherer.score(textOf(2), 'a');
    await vi.advanceTimersByTimeAsync(9);
    client.abort(new Error('gone'));
    await gone;
    await vi.runAllTimersAsync();
    expect(await first).toEqual({ reward: 0.5, entry: 0 });
    expect(await stays).toEqual({ reward: 2.5, entry: 2 });
  });

  test('before it called sends nothing', async () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: () => 9 });
    const call = gatherer.scoreAll(textsOf(1, 2), 'a', AbortSignal.abort(new Error('gone')));
    await expect(call).rejects.toThrow('gone');
    expect(batches).toEqual([]);
  });

  test('leaves no listener behind, nor does one that stays', async () => {
    const { gatherer } = simulate(LIMITS, { latency: () => 9 });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const rewards = gatherer.scoreAll(range(0, 50).map(textOf), 'a', signal);
    await vi.runAllTimersAsync();
    await rewards;
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed).toHaveBeenCalledTimes(1);
  });
});

describe('closing', () => {
  test('rejects what waits, answers what is under way, and takes nothing more', async () => {
    const { gatherer } = simulate({ ...LIMITS, concurrency: 1 }, { latency: () => 9 });
    const sent = gatherer.score(textOf(0), 'a');
    const waits = expect(gatherer.score(textOf(1), 'a')).rejects.toMatchObject({ code: 'closing' });
    let isClosed = false;
    const closed = gatherer.close().then(() => {
      isClosed = true;
    });
    await waits;
    expect(isClosed).toBe(false);
    await expect(gatherer.score(textOf(2), 'a')).rejects.toThrow(Unavailable);
    await vi.runAllTimersAsync();
    await closed;
    expect(await sent).toEqual({ reward: 0.5, entry: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not wait for a refused batch to be taken apart', async () => {
    const { gatherer, batches } = simulate(LIMITS, { latency: () => 9, isPoison: (text) => text === 3 });
    const outcomes = gatherer.scoreEach(textsOf(0, 1, 2, 3), 'a');
    const closed = gatherer.close();
    await vi.runAllTimersAsync();
    await closed;
    expect(batches).toHaveLength(1);
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'closing' } });
  });
});
