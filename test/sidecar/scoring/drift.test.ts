import { sampleCorrelation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { DRIFT_CORRELATION, DRIFT_SAMPLES, DriftDetector } from '../../../src/sidecar/scoring/drift.js';

/** A block whose rewards have some slope on the characteristic, and its correlation. */
function block(slope: number) {
  const x = Array.from({ length: DRIFT_SAMPLES }, (_, i) => (i * 7919) % 1_000);
  const y = x.map((value, i) => slope * value + 100 * Math.sin(i * 12.9898));
  return { x, y, r: Math.abs(sampleCorrelation(x, y)) };
}

const flat = block(0);
const biased = block(0.1);

test('the blocks of these tests lie on either side of the threshold', () => {
  expect(flat.r).toBeLessThan(DRIFT_CORRELATION);
  expect(biased.r).toBeGreaterThan(DRIFT_CORRELATION);
});

test.each([1, -1])('a correlation that comes back is drift, of either sign (%i)', (sign) => {
  const drift = new DriftDetector(0);
  drift.add(flat.x, flat.y);
  expect(drift.hasDrifted).toBe(false);
  drift.add(
    biased.x,
    biased.y.map((value) => sign * value),
  );
  expect(drift.hasDrifted).toBe(true);
  drift.add(flat.x, flat.y);
  expect(drift.hasDrifted).toBe(false);
});

test('old samples do not hide new ones, and too few say nothing', () => {
  const drift = new DriftDetector(0);
  for (let i = 0; i < 20; i++) drift.add(flat.x, flat.y);
  drift.add(biased.x.slice(0, -1), biased.y.slice(0, -1));
  expect(drift.hasDrifted).toBe(false);
  drift.add(biased.x.slice(-1), biased.y.slice(-1));
  expect(drift.hasDrifted).toBe(true);
});

test('what the fit had left is no drift', () => {
  const drift = new DriftDetector(-biased.r);
  drift.add(biased.x, biased.y);
  expect(drift.hasDrifted).toBe(false);
});

test('where it is not known what the fit had left, the first block shows it', () => {
  const drift = new DriftDetector(null);
  drift.add(biased.x, biased.y);
  expect(drift.hasDrifted).toBe(false);
  drift.add(biased.x, biased.y);
  expect(drift.hasDrifted).toBe(false);
  const steeper = block(0.3);
  expect(steeper.r).toBeGreaterThan(biased.r + DRIFT_CORRELATION);
  drift.add(steeper.x, steeper.y);
  expect(drift.hasDrifted).toBe(true);
});
