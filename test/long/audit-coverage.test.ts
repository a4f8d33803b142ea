import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/calibration/audit/audit-verdict.js';
import type { AuditedPool } from '../../src/calibration/audit/audited-pool.js';
import { posteriorOf } from '../../src/calibration/audit/gain-posterior.js';
import { evidenceOfCounts } from '../../src/calibration/audit/label-evidence.js';
import { poolInterval } from '../../src/calibration/audit/pool-interval.js';
import { loadBeta } from '../../src/calibration/statistics/beta.js';

const beta = await loadBeta();

/** Successes in so many trials of a chance. */
type Binomial = (trials: number, chance: number) => number;

function binomialOf(seed: number): { uniform: () => number; binomial: Binomial } {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  const binomial: Binomial = (trials, chance) => {
    let successes = 0;
    for (let i = 0; i < trials; i++) if (uniform() < chance) successes++;
    return successes;
  };
  return { uniform, binomial };
}

/** Of so many runs one has its interval of a new sample computed, which takes milliseconds. */
const SOME = 4;

/** The share of audits, of worlds with any p, whose intervals hold the gain. */
function coverage(labels: number, pairs: number, share: number, runs: number) {
  const { uniform, binomial } = binomialOf(labels);
  let [inPool, inNewSample] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const p = uniform();
    const disputed = Math.max(labels, binomial(pairs, share));
    const pool: AuditedPool = {
      pairs,
      shareDisputed: disputed / pairs,
      effectiveShare: disputed / pairs,
      shorterPreferred: null,
    };
    const fixed = binomial(labels, p);
    const others = disputed - labels;
    const gain = (2 * (fixed + binomial(others, p)) - disputed) / pairs;
    const evidence = evidenceOfCounts(fixed, labels - fixed);
    const [low, high] = poolInterval(evidence, posteriorOf(evidence), pool, beta);
    if (gain >= low - 1e-12 && gain <= high + 1e-12) inPool++;
    if (run % SOME !== 0) continue;
    const next = binomial(pairs, share);
    const newGain = (2 * binomial(next, p) - next) / pairs;
    const [least, most] = judge(evidence, pool, beta).intervalNewSample ?? [NaN, NaN];
    if (newGain >= least && newGain <= most) inNewSample++;
  }
  return { pool: inPool / runs, newSample: inNewSample / Math.ceil(runs / SOME) };
}

describe('90 % intervals', () => {
  test.each([
    [20, 1250, 0.13],
    [10, 300, 0.2],
    [40, 1250, 0.13],
    [5, 2000, 0.4],
  ])('of %d labels, %d pairs and a share disputed of %d hold the gain in nine of ten worlds', (...world) => {
    const covered = coverage(...world, 1_200);
    // Four standard errors; counts are whole numbers, so that an interval of few of them holds some more.
    expect(covered.pool).toBeGreaterThan(0.9 - 0.035);
    expect(covered.pool).toBeLessThan(0.9 + 0.05);
    expect(Math.abs(covered.newSample - 0.9)).toBeLessThan(0.07);
  });
});
