import { expect, test } from 'vitest';
import { linearScale } from '../../src/chart/axis-scale.js';
import { densityCells } from '../../src/chart/density-cells.js';

const x = linearScale(0, 100);
const y = linearScale(0, 10);

test('bins of one density have one shade, whatever their sizes, and empty ones are left out', () => {
  const cells = densityCells(
    {
      characteristic: { edges: [0, 20, 100] },
      reward: { edges: [0, 5, 10] },
      counts: [
        [10, 0],
        [40, 10],
      ],
    },
    x,
    y,
  );
  expect(cells.map(({ from, to }) => [...from, ...to])).toEqual([
    [0, 0, 0.2, 0.5],
    [0.2, 0, 1, 0.5],
    [0.2, 0.5, 1, 1],
  ]);
  expect(cells.map(({ share }) => share)).toEqual([1, 1, 0.5]);
});

test('bins are cut at the ends of the axes, and those outside are left out', () => {
  const cells = densityCells(
    { characteristic: { edges: [-1e38, 50, 150, 200] }, reward: { edges: [0, 10] }, counts: [[1], [2], [3]] },
    x,
    y,
  );
  expect(cells.map(({ from, to }) => [from[0], to[0]])).toEqual([
    [0, 0.5],
    [0.5, 1],
  ]);
});
