import { describe, expect, test } from 'vitest';
import { formatRough } from '../../src/chart/number-words.js';
import {
  formatAge,
  formatBytes,
  formatCorrelation,
  formatPercent,
  formatRate,
  formatSeconds,
} from '../../src/ui/parts/numbers.js';

describe('numbers as the page shows them', () => {
  test.each([
    [0.416, '0.42'],
    [-0.041, '−0.04'],
    [-0.001, '0.00'],
    [null, '–'],
    [undefined, '–'],
  ])('the correlation %j is %j', (value, text) => expect(formatCorrelation(value)).toBe(text));

  test.each([
    [0.1327, '13\u00a0%'],
    [0.0471, '4.7\u00a0%'],
    [0, '0\u00a0%'],
    [-0.2, '−20\u00a0%'],
    [1, '100\u00a0%'],
  ])('the share %j is %j', (share, text) => expect(formatPercent(share)).toBe(text));

  test('rates and sizes have no more digits than matter', () => {
    expect([0, 0.4213, 12.3, 1_240.7].map(formatRate)).toEqual(['0', '0.42', '12', '1,241']);
    expect([0.03647, 1.101, 0].map(formatRough)).toEqual(['0.036', '1.1', '0']);
    expect([12, 1_200, 3_456_789].map(formatBytes)).toEqual(['12 B', '1.2 kB', '3.46 MB']);
    expect([0.0402, 1.23, 299].map(formatSeconds)).toEqual(['40 ms', '1.2 s', '5 min']);
  });

  test.each([
    [-5, 'just now'],
    [59, 'just now'],
    [60, '1 min ago'],
    [3 * 3_600 + 5, '3 h ago'],
    [50 * 3_600, '2 d ago'],
  ])('a time %j seconds ago was %j', (seconds, text) => {
    const now = Date.parse('2026-11-23T09:30:00Z');
    expect(formatAge(new Date(now - 1_000 * seconds).toISOString(), now)).toBe(text);
  });
});
