import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createRewardCalibrationClient } from '../../../clients/typescript/client.js';
import { FITTED, startFitted } from '../../support/server-process.js';

type Line = { readonly reward: number; readonly characteristics: { readonly chars: number } };

/** What a source saw. */
interface Seen {
  taken: number;
  isEnded: boolean;
}

/** Lines without an end. */
function nextLine(seen: Seen): Line {
  seen.taken++;
  return { reward: seen.taken % 7, characteristics: { chars: 20 + (seen.taken % 900) } };
}

const SOURCES: Readonly<Record<string, (seen: Seen) => Iterable<Line> | AsyncIterable<Line>>> = {
  'a generator': function* (seen) {
    try {
      for (;;) yield nextLine(seen);
    } finally {
      seen.isEnded = true;
    }
  },
  'a generator that computes for long': function* (seen) {
    try {
      for (;;) {
        const begun = performance.now();
        while (performance.now() - begun < 2);
        yield nextLine(seen);
      }
    } finally {
      seen.isEnded = true;
    }
  },
  'an iterator without return': (seen) => ({
    [Symbol.iterator]: () => ({ next: () => ({ done: false, value: nextLine(seen) }) }),
  }),
  'an asynchronous generator that never waits': async function* (seen) {
    try {
      for (;;) yield nextLine(seen);
    } finally {
      seen.isEnded = true;
    }
  },
  'an asynchronous generator that waits': async function* (seen) {
    try {
      for (;;) {
        await sleep(1);
        yield nextLine(seen);
      }
    } finally {
      seen.isEnded = true;
    }
  },
  'an asynchronous iterator that waits for ever': (seen) => ({
    [Symbol.asyncIterator]: () => ({
      next: () => (seen.taken < 100 ? resolved(nextLine(seen)) : new Promise<never>(() => undefined)),
      return: () => {
        seen.isEnded = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  }),
};

const resolved = (value: Line) => Promise.resolve({ done: false, value });

const params = { query: { reward_model: FITTED } };

/** A source that is still read would be read on in the meantime. */
async function expectToStay(seen: Seen, name: string): Promise<void> {
  if (name !== 'an iterator without return')
    await expect.poll(() => seen.isEnded, { message: name }).toBe(true);
  const { taken } = seen;
  await sleep(100);
  expect(seen.taken, name).toBe(taken);
}

describe('the lines of a caller', () => {
  test('are left alone once the caller leaves the loop', async () => {
    const { url } = await startFitted();
    const client = createRewardCalibrationClient({ url });
    for (const [name, source] of Object.entries(SOURCES)) {
      const seen: Seen = { taken: 0, isEnded: false };
      const { data } = await client.postLines('/v1/calibrate', { params, lines: source(seen) });
      let answered = 0;
      for await (const line of data ?? []) {
        expect('reward' in line, name).toBe(true);
        answered++;
        if (answered === 10) break;
      }
      expect(answered, name).toBe(10);
      await expectToStay(seen, name);
    }
  });

  test('are left alone after a refusal', async () => {
    // For so long the service takes what it has refused, before it answers.
    const { url } = await startFitted({ REQUEST_TIMEOUT: '1000' });
    const client = createRewardCalibrationClient({ url });
    const wrong = { query: { reward_model: FITTED, version: 99 } };
    for (const [name, source] of Object.entries(SOURCES)) {
      const seen: Seen = { taken: 0, isEnded: false };
      const { error } = await client.postLines('/v1/calibrate', { params: wrong, lines: source(seen) });
      expect(error?.status, name).toBe(404);
      await expectToStay(seen, name);
    }
  });

  test('are left alone when the caller aborts', async () => {
    const { url } = await startFitted();
    const client = createRewardCalibrationClient({ url });
    for (const [name, source] of Object.entries(SOURCES)) {
      const seen: Seen = { taken: 0, isEnded: false };
      const aborting = new AbortController();
      const options = { params, lines: source(seen), signal: aborting.signal };
      const { data } = await client.postLines('/v1/calibrate', options);
      const read = async () => {
        for await (const _ of data ?? []) aborting.abort(new Error('enough'));
      };
      await expect(read(), name).rejects.toThrow('enough');
      await expectToStay(seen, name);
    }
  });

  test('are let go of when nothing answers, and when the generator itself aborts', async () => {
    const seen: Seen = { taken: 0, isEnded: false };
    const nobody = createRewardCalibrationClient({ url: 'http://127.0.0.1:1' });
    const lines = SOURCES['a generator']?.(seen) ?? [];
    // A generator whose body has begun, as `return` runs no `finally` before.
    if (Symbol.iterator in lines) lines[Symbol.iterator]().next();
    await expect(nobody.postLines('/v1/calibrate', { params, lines })).rejects.toThrow(TypeError);
    expect(seen.isEnded).toBe(true);

    const { url } = await startFitted();
    const aborting = new AbortController();
    let isEnded = false;
    const ofItself = (function* () {
      try {
        for (let i = 0; ; i++) {
          if (i === 1_000) aborting.abort(new Error('enough'));
          yield nextLine(seen);
        }
      } finally {
        isEnded = true;
      }
    })();
    const client = createRewardCalibrationClient({ url });
    const options = { params, lines: ofItself, signal: aborting.signal };
    const read = async () => {
      for await (const line of (await client.postLines('/v1/calibrate', options)).data ?? []) void line;
    };
    await expect(read()).rejects.toThrow('enough');
    await expect.poll(() => isEnded).toBe(true);
  });
});

describe('what the caller’s own source throws', () => {
  const THROWN = new RangeError('of the caller');
  const after = (count: number): Readonly<Record<string, () => Iterable<Line> | AsyncIterable<Line>>> => ({
    'a generator': function* () {
      for (let i = 0; i < count; i++) yield nextLine({ taken: i, isEnded: false });
      throw THROWN;
    },
    'an asynchronous generator': async function* () {
      for (let i = 0; i < count; i++) {
        if (i % 100 === 0) await sleep(1);
        yield nextLine({ taken: i, isEnded: false });
      }
      throw THROWN;
    },
  });

  test('comes out as it is, before the first line, after one, and after many', async () => {
    const { url } = await startFitted();
    const client = createRewardCalibrationClient({ url });
    for (const count of [0, 1, 20_000])
      for (const [name, source] of Object.entries(after(count))) {
        const read = async () => {
          const { data } = await client.postLines('/v1/calibrate', { params, lines: source() });
          for await (const line of data ?? []) void line;
        };
        await expect(read(), `${count} of ${name}`).rejects.toBe(THROWN);
        const fit = client.postLines('/v1/fit', { params, lines: source() });
        await expect(fit, `${count} of ${name}`).rejects.toBe(THROWN);
      }
  });

  test('comes out also of a line that is no JSON, of the end of a source, and of a stream of Arrow', async () => {
    const { url } = await startFitted();
    const client = createRewardCalibrationClient({ url });
    const circle: { reward: number; self?: unknown } = { reward: 1 };
    circle.self = circle;
    const lines = (function* () {
      yield circle;
    })();
    await expect(client.postLines('/v1/fit', { params, lines })).rejects.toThrow('circular');

    const ending = (function* () {
      try {
        for (;;) yield nextLine({ taken: 0, isEnded: false });
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: a source whose end fails.
        throw THROWN;
      }
    })();
    const { data } = await client.postLines('/v1/calibrate', { params, lines: ending });
    const leave = async () => {
      for await (const _ of data ?? []) break;
    };
    await expect(leave()).rejects.toBe(THROWN);

    const stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await sleep(1);
        controller.error(THROWN);
      },
    });
    await expect(client.postArrow('/v1/fit', { params, stream })).rejects.toBe(THROWN);
  });
});
