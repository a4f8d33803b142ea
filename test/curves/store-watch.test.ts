import { describe, expect, test } from 'vitest';
import { StoreWatch } from '../../src/curves/store-watch.js';

/** A store that answers probes as it is set to, and a clock that is moved by hand. */
function watched(answer: () => Promise<void>) {
  const seen = { probes: 0, lost: [] as unknown[], now: 0 };
  const store = {
    probe: () => {
      seen.probes++;
      return answer();
    },
  };
  const watch = new StoreWatch(
    store,
    (error) => seen.lost.push(error),
    () => seen.now,
  );
  return { watch, seen };
}

describe('the watch over a store', () => {
  test('asks it at most once a second, however often it is asked', async () => {
    const { watch, seen } = watched(async () => undefined);
    for (let asked = 0; asked < 50; asked++) expect(await watch.state()).toBe('ok');
    expect(seen.probes).toBe(1);
    seen.now += 999;
    await watch.state();
    expect(seen.probes).toBe(1);
    seen.now += 1;
    await Promise.all(Array.from({ length: 50 }, () => watch.state()));
    expect(seen.probes).toBe(2);
  });

  test('goes by the last write until the next question', async () => {
    const { watch, seen } = watched(async () => undefined);
    await watch.state();
    watch.wrote(false);
    expect(await watch.state()).toBe('unavailable');
    watch.wrote(true);
    expect(await watch.state()).toBe('ok');
    watch.wrote(false);
    seen.now += 1_000;
    expect(await watch.state()).toBe('ok');
  });

  test('says once that the store is lost', async () => {
    const { watch, seen } = watched(() => Promise.reject(new Error('gone')));
    for (let second = 0; second < 5; second++) {
      seen.now += 1_000;
      expect(await watch.state()).toBe('unavailable');
    }
    expect(seen.lost).toEqual([new Error('gone')]);
  });

  test('does not wait for a store that does not answer, and asks it nothing more meanwhile', async () => {
    const { watch, seen } = watched(() => new Promise(() => undefined));
    expect(await watch.state()).toBe('unavailable');
    seen.now += 10_000;
    expect(await watch.state()).toBe('unavailable');
    expect(seen.probes).toBe(1);
  });
});
