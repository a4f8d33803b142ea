import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { EventLoopRounds } from '../../../src/http/admission/event-loop-rounds.js';

const PATIENCE = { wait: 5, burst: 200, calm: 1_000 };

/** Rounds in which each request takes some time of a clock that stands still otherwise. */
function simulate(patience = PATIENCE) {
  let now = 0;
  const rounds = new EventLoopRounds(patience, () => now);
  return {
    rounds,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** One round with so many requests; how many were taken. */
    round: async (requests: number, milliseconds: number, leniency = 1): Promise<number> => {
      let taken = 0;
      for (let i = 0; i < requests; i++)
        if (rounds.takes('head', leniency)) {
          taken++;
          now += milliseconds;
        }
      await setImmediate();
      await setImmediate();
      return taken;
    },
  };
}

describe('the rounds of the event loop', () => {
  test('take a burst, however long it makes a request wait', async () => {
    const { round } = simulate();
    expect(await round(1_000, 1)).toBe(1_000);
  });

  test('that stay long take what there is time for, and the first few', async () => {
    const { round } = simulate();
    for (let i = 0; i < 2; i++) expect(await round(100, 1)).toBe(100);
    for (let i = 0; i < 50; i++) expect(await round(100, 0.5)).toBe(11);
    expect(await round(100, 50)).toBe(8);
  });

  test('that are long now and then are no overload', async () => {
    const { round } = simulate();
    for (let i = 0; i < 50; i++) {
      expect(await round(100, 1)).toBe(100);
      expect(await round(2, 1)).toBe(2);
    }
  });

  test('take a burst again after a calm, and not before', async () => {
    const { round, pass } = simulate();
    for (let i = 0; i < 3; i++) await round(100, 1);
    pass(900);
    expect(await round(100, 1)).toBe(8);
    pass(1_001);
    expect(await round(100, 1)).toBe(100);
  });

  test('let some requests wait longer than others, or all of them', async () => {
    const { round } = simulate();
    for (let i = 0; i < 3; i++) await round(100, 1);
    expect(await round(100, 1, 10)).toBe(51);
    const patient = simulate({ ...PATIENCE, wait: 0 });
    for (let i = 0; i < 20; i++) expect(await patient.round(100, 1)).toBe(100);
  });

  test('refuse heads that come late in a round, and bodies', async () => {
    const { round, rounds, pass } = simulate();
    for (let i = 0; i < 3; i++) await round(100, 1);
    for (let i = 0; i < 8; i++) expect(rounds.takes('body')).toBe(true);
    pass(6);
    expect(rounds.takes('body')).toBe(false);
  });
});
