import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { PlainCounter } from '../../src/telemetry/plain-counter.js';
import { PlainHistogram } from '../../src/telemetry/plain-histogram.js';

/** Names that Prometheus has to escape, and that look like the places of a list. */
const LABELS = ['POST', '200', '', 'org/"rm"\\', 'two\nlines', '__proto__', 'a:b,c', '0'];
const label = fc.constantFrom(...LABELS);
const BUCKETS = [-10, 0, 0.5, 1, 1e6];

/** Values on the bounds, between them and far beyond. */
const value = fc.oneof(
  fc.constantFrom(...BUCKETS, -0, 1e308, -1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** One step: an observation, or the end of a series. */
const step = <Amount>(amount: fc.Arbitrary<Amount>) =>
  fc.record({ amount, first: label, second: label, isRemoval: fc.boolean() });

describe('plain metrics are written as the same metrics of prom-client', () => {
  test.each([0, 1])('a histogram with labels, whichever label leads (%d)', async (leading) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step(value), { maxLength: 60 }), async (steps) => {
        const [registry, outside] = [new Registry(), new Registry()];
        const described = { name: 'seconds', help: 'Time\\', labelNames: ['first', 'second'] };
        const plain = new PlainHistogram({ ...described, buckets: BUCKETS, leading, registry });
        const theirs = new Histogram({ ...described, buckets: BUCKETS, registers: [outside] });
        for (const { amount, first, second, isRemoval } of steps) {
          if (isRemoval) {
            plain.remove(first, second);
            theirs.remove(first, second);
          } else {
            plain.observe(amount, first, second);
            theirs.labels(first, second).observe(amount);
          }
        }
        expect(await registry.metrics()).toBe(await outside.metrics());
      }),
    );
  });

  test('a histogram without labels, before and after its first observation', async () => {
    const [registry, outside] = [new Registry(), new Registry()];
    const plain = new PlainHistogram({ name: 'size', help: 'Samples', buckets: BUCKETS, registry });
    const theirs = new Histogram({ name: 'size', help: 'Samples', buckets: BUCKETS, registers: [outside] });
    expect(await registry.metrics()).toBe(await outside.metrics());
    for (const size of [0.1, 0.2, 1, 1e9]) {
      plain.observe(size);
      theirs.observe(size);
    }
    expect(await registry.metrics()).toBe(await outside.metrics());
  });

  test('a counter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step(fc.nat()), { maxLength: 60 }), async (steps) => {
        const [registry, outside] = [new Registry(), new Registry()];
        const described = { name: 'samples_total', help: 'Samples', labelNames: ['first', 'second'] };
        const plain = new PlainCounter({ ...described, registry });
        const theirs = new Counter({ ...described, registers: [outside] });
        for (const { amount, first, second, isRemoval } of steps) {
          if (isRemoval) {
            plain.remove(first, second);
            theirs.remove(first, second);
          } else {
            plain.add(amount, first, second);
            theirs.labels(first, second).inc(amount);
          }
        }
        // Twice: reading must not count anything.
        await registry.metrics();
        expect(await registry.metrics()).toBe(await outside.metrics());
      }),
    );
  });

  test('a sum beyond all numbers is infinite and refuses nothing', async () => {
    const registry = new Registry();
    const plain = new PlainHistogram({ name: 'bias', help: 'Bias', buckets: BUCKETS, registry });
    for (const huge of [Number.MAX_VALUE, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) plain.observe(huge);
    const text = await registry.metrics();
    expect(text).toContain('bias_bucket{le="1000000"} 0');
    expect(text).toContain('bias_bucket{le="+Inf"} 3');
    expect(text).toContain('bias_sum +Inf');
  });
});
