import { expect, test } from 'vitest';
import { formatCount, formatNumber, formatTick } from '../../src/chart/number-words.js';

test.each([
  [0, '0'],
  [-0, '0'],
  [12.345, '12.35'],
  [-0.42, '−0.42'],
  [1_650, '1,650'],
  [99_999.4, '99,999'],
  [1_234_567, '1.23M'],
  [2e9, '2B'],
  [-3.4e38, '−3.4e38'],
  [5e-324, '4.9e−324'],
])('%d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('counts are written in full', () => {
  expect(formatCount(10_000_000)).toBe('10,000,000');
});

test.each([
  [0.3, 0.1, '0.3'],
  [-2, 0.5, '−2.0'],
  [2_000, 500, '2,000'],
  [3_000_000, 1_000_000, '3M'],
  [1.5e-6, 5e-7, '1.5e−6'],
  [0, 1e18, '0'],
])('a tick at %d of a scale of %d is written %s', (value, step, text) => {
  expect(formatTick(value, step)).toBe(text);
});
