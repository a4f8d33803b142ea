import { getHeapStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { releaseMemory } from '../../../src/http/operation/release-memory.js';

/** Lists that live long enough for the heap to grow, and of which nothing remains. */
function makeGarbage(): void {
  let kept: object[] = [];
  for (let round = 0; round < 20; round++) kept = Array.from({ length: 200_000 }, (_, i) => ({ i }));
  expect(kept).toHaveLength(200_000);
}

test('memory that garbage took goes back to the system', async () => {
  makeGarbage();
  const before = getHeapStatistics().total_heap_size;
  await releaseMemory();
  expect(getHeapStatistics().total_heap_size).toBeLessThan(before - 10_000_000);
});
