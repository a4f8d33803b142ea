import fc from 'fast-check';
import { sampleCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { countJointly, countJointlyIn, marginsOf } from '../../src/calibration/fit/joint-counts.js';
import { marginalShift } from '../../src/calibration/statistics/marginal-shift.js';
import type { CurveActivity } from '../../src/telemetry/activity.js';
import { Metrics } from '../../src/telemetry/metrics.js';

/** A clock that stands still until it is moved. */
class StillClock {
  milliseconds = 12_345;
  now(): number {
    return this.milliseconds;
  }
}

/** A batch, when it comes, and of whom. */
interface Arrival {
  readonly wait: number;
  readonly rewardModel: string;
  readonly version: number;
  readonly pairs: readonly (readonly [number, number])[];
  readonly extrapolated: number;
}

const fitted = countJointly(
  Float64Array.from({ length: 300 }, (_, i) => (i * 37) % 101),
  Float64Array.from({ length: 300 }, (_, i) => (i * 53) % 97),
);

function batchOf({ version, pairs, extrapolated }: Arrival) {
  const characteristic = Float64Array.from(pairs, ([length]) => length);
  const rawRewards = Float64Array.from(pairs, ([, reward]) => reward);
  const biases = characteristic.map((length) => length / 50);
  const rewards = rawRewards.map((reward, i) => reward - (biases[i] ?? 0));
  return { version, characteristic, rawRewards, rewards, biases, extrapolated, fitted };
}

const arrival: fc.Arbitrary<Arrival> = fc
  .record({
    wait: fc.integer({ min: 0, max: 60_000 }),
    rewardModel: fc.constantFrom('a', 'b'),
    version: fc.constantFrom(1, 2),
    pairs: fc.array(fc.tuple(fc.integer({ min: -20, max: 120 }), fc.integer({ min: -20, max: 120 })), {
      maxLength: 80,
    }),
  })
  .map((given) => ({ ...given, extrapolated: given.pairs.filter(([length]) => length > 100).length }));

/** The arrivals that lie within the last slices. */
function recount(arrivals: readonly (Arrival & { at: number })[], from: number) {
  const recent = arrivals.filter(({ at }) => at >= from);
  const pairs = recent.flatMap((one) => one.pairs);
  return {
    requests: recent.length,
    pairs,
    extrapolated: recent.reduce((sum, one) => sum + one.extrapolated, 0),
  };
}

function correlationOf(x: number[], y: number[]): number | null {
  if (x.length < 2) return null;
  const r = sampleCorrelation(x, y);
  return Number.isFinite(r) ? r : null;
}

function expectClose(actual: number | null, expected: number | null): void {
  if (actual === null || expected === null) expect(actual).toBe(expected);
  else expect(actual).toBeCloseTo(expected, 9);
}

describe('what happened in the last minutes', () => {
  test('is a recount of the batches, whatever came when', () => {
    fc.assert(
      fc.property(
        fc.array(arrival, { maxLength: 25 }),
        fc.integer({ min: 0, max: 400_000 }),
        (given, wait) => {
          const clock = new StillClock();
          const started = clock.now();
          const metrics = new Metrics(clock);
          const arrivals = given.map((one) => {
            clock.milliseconds += one.wait;
            metrics.requested(one.rewardModel, one.version);
            metrics.calibrated(one.rewardModel, batchOf(one));
            return { ...one, at: clock.now() };
          });
          clock.milliseconds += wait;
          const { seconds, curves } = metrics.activity.recent();
          const from = Math.max(started, (Math.floor(clock.now() / 10_000) - 29) * 10_000);
          expect(seconds).toBe((clock.now() - from) / 1_000);
          for (const rewardModel of ['a', 'b'])
            for (const version of [1, 2]) {
              const own = arrivals.filter(
                (one) => one.rewardModel === rewardModel && one.version === version,
              );
              const curve = curves.find((one) => one.rewardModel === rewardModel && one.version === version);
              expectRecounted(curve, recount(own, from), seconds);
            }
        },
      ),
      { numRuns: 60 },
    );
  });

  function expectRecounted(
    curve: CurveActivity | undefined,
    { requests, pairs, extrapolated }: ReturnType<typeof recount>,
    seconds: number,
  ): void {
    if (curve === undefined) {
      expect(requests).toBe(0);
      return;
    }
    const lengths = pairs.map(([length]) => length);
    const raw = pairs.map(([, reward]) => reward);
    expect(curve.requests).toBe(requests);
    expect(curve.samples).toBe(pairs.length);
    expect(curve.samplesPerSecond).toBeCloseTo(pairs.length / Math.max(1, seconds), 9);
    expectClose(curve.extrapolatedShare, pairs.length === 0 ? null : extrapolated / pairs.length);
    const sum = lengths.reduce((total, length) => total + length / 50, 0);
    expectClose(curve.meanBias, pairs.length === 0 ? null : sum / pairs.length);
    expectClose(curve.correlation.raw, correlationOf(lengths, raw));
    const calibrated = raw.map((reward, i) => reward - (lengths[i] ?? 0) / 50);
    expectClose(curve.correlation.calibrated, correlationOf(lengths, calibrated));
    expect(curve.timeline.reduce((total, slice) => total + slice.samples, 0)).toBe(pairs.length);
    expect(curve.timeline.reduce((total, slice) => total + slice.requests, 0)).toBe(requests);
    expect(curve.drift === null).toBe(pairs.length < 100);
    if (curve.drift === null) return;
    const directly = (values: number[], edges: Float64Array, counts: Float64Array) => {
      const last = edges.length - 1;
      const inside = values.filter((value) => value >= (edges[0] ?? 0) && value <= (edges[last] ?? 0));
      const below = values.filter((value) => value < (edges[0] ?? 0)).length;
      const zeros = Float64Array.from(inside, () => edges[0] ?? 0);
      const bins = { ...fitted, characteristicEdges: edges };
      const placed = marginsOf(
        countJointlyIn({ ...bins, rewardEdges: edges }, Float64Array.from(inside), zeros),
      );
      const above = values.length - inside.length - below;
      return marginalShift(counts, [below, ...placed.characteristic, above]);
    };
    const margins = marginsOf(fitted);
    expect(curve.drift).toEqual({
      characteristic: directly(lengths, fitted.characteristicEdges, margins.characteristic),
      reward: directly(raw, fitted.rewardEdges, margins.reward),
    });
  }

  test('is forgotten after five minutes, and with its reward model', () => {
    const clock = new StillClock();
    const metrics = new Metrics(clock);
    const one: Arrival = { wait: 0, rewardModel: 'a', version: 1, pairs: [[1, 2]], extrapolated: 0 };
    metrics.calibrated('a', batchOf(one));
    metrics.calibrated('b', batchOf(one));
    metrics.forget('a');
    expect(metrics.activity.recent().curves.map(({ rewardModel }) => rewardModel)).toEqual(['b']);
    clock.milliseconds += 300_000;
    expect(metrics.activity.recent().curves).toEqual([]);
    expect(metrics.activity.recent().seconds).toBeGreaterThan(290);
  });

  test('is null, never NaN, where it is not defined', () => {
    const clock = new StillClock();
    const metrics = new Metrics(clock);
    metrics.requested('a', 1);
    const [curve] = metrics.activity.recent().curves;
    expect(curve).toMatchObject({
      requestsPerSecond: 1,
      extrapolatedShare: null,
      meanBias: null,
      correlation: { raw: null, calibrated: null },
      drift: null,
      timeline: [{ secondsAgo: 0, requests: 1, samples: 0 }],
    });
  });

  test.each([513, 4_096, 50_000])('shows no shift in a batch of %i samples in a repeating order', (size) => {
    const metrics = new Metrics(new StillClock());
    for (let batch = 0; batch < 8; batch++) {
      const pairs = Array.from({ length: size }, (_, i): [number, number] => {
        const place = (i % 8) * 37 + (i >> 3);
        return [(place * 37) % 101, (place * 53) % 97];
      });
      metrics.calibrated('a', batchOf({ wait: 0, rewardModel: 'a', version: 1, pairs, extrapolated: 0 }));
    }
    const [curve] = metrics.activity.recent().curves;
    expect(curve?.samples).toBe(8 * size);
    for (const { psi, ks } of [curve?.drift?.characteristic, curve?.drift?.reward].flatMap((s) => s ?? []))
      expect([psi < 0.05, ks < 0.05]).toEqual([true, true]);
    expect(curve?.drift).not.toBeNull();
  });

  test('has no drift where the curve does not say where its samples lay', () => {
    const metrics = new Metrics(new StillClock());
    const pairs = Array.from({ length: 200 }, (_, i): [number, number] => [i, i]);
    const batch = batchOf({ wait: 0, rewardModel: 'a', version: 1, pairs, extrapolated: 0 });
    metrics.calibrated('a', { ...batch, fitted: undefined });
    expect(metrics.activity.recent().curves[0]?.drift).toBeNull();
  });

  test('of an upstream counts answers and failures, and has the state of its breaker', () => {
    const clock = new StillClock();
    const { upstreams } = new Metrics(clock);
    upstreams.watch([{ name: 'rm', waiting: 0 }]);
    upstreams.answered('rm', 0.2, 32);
    upstreams.answered('rm', 0.4, 8);
    upstreams.failed('rm', 'upstream-timeout');
    upstreams.breaker('rm', 'half-open');
    const { meanSeconds, ...counts } = upstreams.activityOf('rm');
    expect(counts).toEqual({ state: 'half-open', answered: 2, failed: 1, texts: 40 });
    expect(meanSeconds).toBeCloseTo(0.3, 12);
    clock.milliseconds += 300_000;
    expect(upstreams.activityOf('rm')).toMatchObject({ answered: 0, failed: 0, meanSeconds: null });
  });
});
