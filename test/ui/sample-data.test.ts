import { sampleRankCorrelation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { simulateSamples } from '../../src/ui/start/sample-data.js';

test('the sample data are the same in every tab, and another seed makes others', () => {
  expect(simulateSamples()).toEqual(simulateSamples());
  expect(simulateSamples(1)).not.toEqual(simulateSamples(2));
});

test('every prompt has its responses, each with a name of its own', () => {
  const rows = simulateSamples();
  expect(rows).toHaveLength(2_000);
  expect(new Set(rows.map(({ prompt }) => prompt)).size).toBe(500);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(2_000);
});

test('their rewards prefer length, their quality does not', () => {
  const rows = simulateSamples();
  const lengths = rows.map(({ response }) => response.length);
  const points = rows.map(({ response }) => Number(/covers (\d)/.exec(response)?.[1]));
  expect(
    sampleRankCorrelation(
      lengths,
      rows.map(({ reward }) => reward),
    ),
  ).toBeGreaterThan(0.3);
  expect(Math.abs(sampleRankCorrelation(lengths, points))).toBeLessThan(0.06);
});
