import { expect, test } from 'vitest';
import { Stopwatch } from '../../src/lowess/stopwatch.js';

/** A clock that a test moves. */
function handClock() {
  let time = 1_000_000;
  return { now: () => time, pass: (milliseconds: number) => (time += milliseconds) };
}

test('each moment counts for the innermost part, and the total for all', () => {
  const clock = handClock();
  const watch = new Stopwatch(clock.now);
  clock.pass(5);
  const result = watch.time('curve', () => {
    clock.pass(100);
    watch.time('standard_errors', () => clock.pass(20));
    clock.pass(3);
    return 'fitted';
  });
  watch.time('standard_errors', () => clock.pass(1));
  clock.pass(500);
  expect(result).toBe('fitted');
  expect(watch.seconds).toEqual({ curve: 0.103, standard_errors: 0.021 });
  expect(watch.total).toBe(0.629);
});

test('a part that fails has ended', () => {
  const clock = handClock();
  const watch = new Stopwatch(clock.now);
  expect(() =>
    watch.time('curve', () => {
      clock.pass(7);
      throw new RangeError('broken');
    }),
  ).toThrow('broken');
  clock.pass(50);
  watch.time('warnings', () => clock.pass(1));
  expect(watch.seconds).toEqual({ curve: 0.007, warnings: 0.001 });
});
