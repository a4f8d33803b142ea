import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StreamTurns } from '../../../src/http/bodies/stream-turns.js';

test('one stream has its turn between two rounds of the event loop, whichever streams wait, each in order', async () => {
  const turns = new StreamTurns();
  const taken: string[] = [];
  const stream = async (name: string) => {
    for (let i = 0; i < 20; i++) {
      await turns.next();
      taken.push(name);
    }
  };
  let rounds = 0;
  let busiest = 0;
  const streams = Promise.all(['a', 'b', 'c'].map(stream));
  for (let before = 0; taken.length < 60; before = taken.length) {
    busiest = Math.max(busiest, taken.length - before);
    await setImmediate();
    rounds++;
  }
  await streams;
  expect(rounds).toBeGreaterThan(30);
  expect(busiest).toBeLessThanOrEqual(2);
  for (const name of ['a', 'b', 'c'])
    expect(taken.slice(0, 30).filter((other) => other === name).length).toBeGreaterThan(8);
});
