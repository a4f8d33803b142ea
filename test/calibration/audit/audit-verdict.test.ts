import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/calibration/audit/audit-verdict.js';
import { type AuditedPool, auditLabelledPool } from '../../../src/calibration/audit/audited-pool.js';
import {
  evidenceOfAnswers,
  evidenceOfChanges,
  evidenceOfCounts,
} from '../../../src/calibration/audit/label-evidence.js';
import { loadBeta } from '../../../src/calibration/statistics/beta.js';

interface GoldenVerdict {
  fixed: number;
  broken: number;
  pairs: number;
  shareDisputed: number;
  effectiveShare: number;
  designEffect: number;
  ties: number;
  probability: number;
  gain: number;
  interval: [number, number];
  intervalSimulated: [number, number];
  endless: [number, number];
  newSample: [number, number];
}

/** scipy's distributions, and 2,000,000 draws from numpy; made by the script beside it. */
const golden: { verdicts: GoldenVerdict[] } = JSON.parse(
  readFileSync(new URL('golden/audit.json', import.meta.url), 'utf8'),
);

const beta = await loadBeta();

/** A pool of 1,250 pairs, of which 13 % are disputed. */
const POOL: AuditedPool = { pairs: 1250, shareDisputed: 0.13, effectiveShare: 0.13, shorterPreferred: 0.2 };

const ofCounts = (fixed: number, broken: number, pool: Partial<AuditedPool> = {}) =>
  judge(evidenceOfCounts(fixed, broken), { ...POOL, ...pool }, beta);

describe('the statistics of a verdict', () => {
  test.each(golden.verdicts)(
    '$fixed fixed, $broken broken of $pairs pairs: what scipy computes and numpy simulates',
    (reference) => {
      const { fixed, broken, ties, designEffect } = reference;
      const evidence = { ...evidenceOfCounts(fixed, broken, ties), designEffect };
      const verdict = judge(evidence, { ...reference, shorterPreferred: null }, beta);
      expect(verdict.probability).toBeCloseTo(reference.probability, 12);
      expect(verdict.gain).toBeCloseTo(reference.gain, 12);
      const width = reference.newSample[1] - reference.newSample[0];
      for (const end of [0, 1] as const) {
        expect(verdict.interval[end]).toBeCloseTo(reference.interval[end], 12);
        expect(Math.abs(verdict.interval[end] - reference.intervalSimulated[end])).toBeLessThan(0.005);
        // Draws are random, and the product's grid is coarse: together within 1.5 % of the width.
        const difference = Math.abs(Number(verdict.intervalNewSample?.[end]) - reference.newSample[end]);
        expect(difference).toBeLessThan(0.015 * width);
      }
      const endless = judge(evidence, { ...reference, pairs: null, shorterPreferred: null }, beta);
      expect(endless.interval[0]).toBeCloseTo(reference.endless[0], 12);
      expect(endless.interval[1]).toBeCloseTo(reference.endless[1], 12);
      expect(endless.intervalNewSample).toBeNull();
    },
  );

  test('do not depend on which order is called the calibrated one', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), (fixed, broken) => {
        const [one, other] = [ofCounts(fixed, broken), ofCounts(broken, fixed)];
        expect(one.probability).toBeCloseTo(1 - other.probability, 12);
        expect(one.gain).toBeCloseTo(-other.gain, 12);
        expect(one.intervalNewSample?.[0]).toBeCloseTo(-Number(other.intervalNewSample?.[1]), 6);
      }),
      { numRuns: 20 },
    );
  });

  test('are finite and in order for any counts, and any pool, even an empty one', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const pools = fc.record({
      pairs: fc.option(fc.nat(100_000)),
      shareDisputed: share,
      effectiveShare: share,
      shorterPreferred: fc.option(share),
    });
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.nat(50), pools, (fixed, broken, ties, some) => {
        // A half-changed pair adds to f_eff alone.
        const effectiveShare = some.shareDisputed + ((1 - some.shareDisputed) * some.effectiveShare) / 2;
        const pool =
          some.pairs === 0 ? { ...some, shareDisputed: 0, effectiveShare: 0 } : { ...some, effectiveShare };
        const verdict = judge(evidenceOfCounts(fixed, broken, ties), pool, beta);
        const { probability, gain, interval, intervalNewSample, moreLabels } = verdict;
        const [least, most] = intervalNewSample ?? [0, 0];
        for (const value of [probability, gain, ...interval, least, most])
          expect(Number.isFinite(value)).toBe(true);
        expect(interval[0]).toBeLessThanOrEqual(interval[1]);
        expect(least).toBeLessThanOrEqual(most);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
        expect(Number.isInteger(moreLabels) && moreLabels >= 0 && moreLabels <= 40).toBe(true);
      }),
    );
  });

  test('of a pool labelled throughout leave no doubt about the gain on it', () => {
    const raw = Float64Array.from([1, 2, 3, 3, 5, 0, 3, 1, 3, 1]);
    const calibrated = Float64Array.from([2, 1, 4, 3, 5, 1, 2, 2, 2, 6]);
    // Fixed; the same; from a tie to right: no; broken; broken.
    const { evidence, pool } = auditLabelledPool({ raw, calibrated });
    const accuracy = (rewards: Float64Array) =>
      [0, 1, 2, 3, 4].reduce((sum, i) => {
        const difference = Number(rewards[i]) - Number(rewards[i + 5]);
        return sum + (1 + Math.sign(difference)) / 10;
      }, 0);
    const gain = accuracy(calibrated) - accuracy(raw);
    const verdict = judge(evidence, pool, beta);
    expect(verdict.interval[0]).toBeCloseTo(gain, 12);
    expect(verdict.interval[1]).toBeCloseTo(gain, 12);
  });
});

describe('the counts', () => {
  test('of labelled pairs are what accuracy gains and loses, ties half, by any rewards', () => {
    const rewards = fc.array(fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 3 }))), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rewards, (pairs) => {
        const columnOf = (chosen: 0 | 2, rejected: 1 | 3) =>
          Float64Array.from([
            ...pairs.map((pair) => pair[chosen] ?? 0),
            ...pairs.map((pair) => pair[rejected] ?? 0),
          ]);
        const { evidence, pool } = auditLabelledPool({ raw: columnOf(0, 1), calibrated: columnOf(2, 3) });
        const s = (difference: number) => (1 + Math.sign(difference)) / 2;
        const changes = pairs.map(([a = 0, b = 0, c = 0, d = 0]) => s(c - d) - s(a - b));
        const sumOf = (sign: number) => changes.reduce((sum, change) => sum + Math.max(0, sign * change), 0);
        expect([evidence.fixed, evidence.broken]).toEqual([sumOf(1), sumOf(-1)]);
        expect(evidence.labels).toBe(changes.filter((change) => change !== 0).length);
        expect(pool.effectiveShare).toBeCloseTo((sumOf(1) + sumOf(-1)) / pairs.length, 12);
        const turned = pairs.filter(([a = 0, b = 0, c = 0, d = 0]) => (c - d) * (a - b) < 0);
        expect(pool.shareDisputed).toBe(turned.length / pairs.length);
      }),
    );
  });

  test('of answers go by the side that calibration prefers; ties are left out', () => {
    const { fixed, broken, labels, ties, prompts } = evidenceOfAnswers([
      { calibrated: 'left', preferred: 'left', prompt: 0 },
      { calibrated: 'right', preferred: 'right', prompt: 1 },
      { calibrated: 'left', preferred: 'right', prompt: 1 },
      { calibrated: 'left', preferred: 'tie', prompt: 2 },
    ]);
    expect([fixed, broken, labels, ties, prompts]).toEqual([2, 1, 3, 1, 2]);
  });

  test.each([
    [[0, 1, 2, 3], 1],
    // (4 + 4) ÷ 4 − 1 = 1; (9 + 1) ÷ 4 − 1 = 1.5; 16 ÷ 4 − 1 = 3; each times 0.4.
    [[0, 0, 1, 1], 1.4],
    [[5, 5, 5, 9], 1.6],
    [[7, 7, 7, 7], 2.2],
    [[], 1],
  ])('of labels of prompts %j are divided by %d', (prompts, expected) => {
    const { designEffect } = evidenceOfChanges(prompts.map((prompt) => ({ change: 2, prompt })));
    expect(designEffect).toBeCloseTo(expected, 12);
  });

  test('labels of pairs that do not change count nothing, not even as labels of their prompt', () => {
    const evidence = evidenceOfChanges([
      { change: 0, prompt: 0 },
      { change: 0, prompt: 0 },
      { change: -1, prompt: 0 },
    ]);
    expect(evidence).toMatchObject({
      fixed: 0,
      broken: 0.5,
      labels: 1,
      siding: 0,
      prompts: 1,
      designEffect: 1,
    });
  });
});

describe('the code and the strength', () => {
  test.each([
    [15, 5, 'calibrate', 'strong', 1],
    [12, 8, 'calibrate', 'leaning', 1],
    [11, 9, 'unclear', 'leaning', 0.5],
    [10, 10, 'unclear', 'leaning', 0.5],
    [8, 12, 'leave', 'leaning', 0],
    [5, 15, 'leave', 'strong', 0],
    [9, 0, 'calibrate', 'preliminary', 1],
    [10, 0, 'calibrate', 'strong', 1],
    [0, 0, 'unclear', 'preliminary', 0.5],
  ])('of %d fixed and %d broken pairs are %s, %s', (fixed, broken, code, strength, alpha) => {
    expect(ofCounts(fixed, broken)).toMatchObject({ code, strength, alpha });
  });

  test('are leave wherever less than 5 % is disputed, and how sure that is follows from the pool', () => {
    const few = { pairs: 200, shareDisputed: 0.04, effectiveShare: 0.04 };
    expect(ofCounts(18, 2, few)).toMatchObject({
      code: 'leave',
      strength: 'leaning',
      alpha: 0,
      moreLabels: 0,
    });
    expect(ofCounts(18, 2, { ...few, pairs: 10_000 })).toMatchObject({ code: 'leave', strength: 'strong' });
    expect(ofCounts(18, 2, few).explanation).toContain('hardly changes this ranking');
    expect(ofCounts(18, 2, { shareDisputed: 0.01, effectiveShare: 0.05 }).code).toBe('calibrate');
  });
});

describe('further labels', () => {
  /** P by the counts themselves, which a label more changes at the present rate. */
  const isSure = (fixed: number, broken: number) => {
    const probability = 1 - beta.cdf(0.5, 1 + fixed, 1 + broken);
    return probability < 0.1 || probability > 0.9;
  };

  test('are the fewest that decide at the present rate, 10 at least and 40 at most in all', () => {
    fc.assert(
      fc.property(fc.nat(45), fc.nat(45), (fixed, broken) => {
        const labels = fixed + broken;
        fc.pre(labels > 0);
        const { moreLabels } = ofCounts(fixed, broken);
        const decides = (further: number) => {
          const growth = (labels + further) / labels;
          return isSure(growth * fixed, growth * broken);
        };
        expect(moreLabels).toBeLessThanOrEqual(Math.max(0, 40 - labels));
        if (labels + moreLabels < 40) expect(decides(moreLabels)).toBe(true);
        for (let further = 0; further < moreLabels; further++)
          if (labels + further >= 10) expect(decides(further)).toBe(false);
        expect(labels + moreLabels).toBeGreaterThanOrEqual(10);
      }),
    );
  });

  test('are ten where there is none, and never more than there are disputed pairs', () => {
    expect(ofCounts(0, 0).moreLabels).toBe(10);
    // 15 disputed pairs, of which 10 are labelled.
    expect(ofCounts(5, 5, { pairs: 100, shareDisputed: 0.15 }).moreLabels).toBe(5);
    expect(ofCounts(5, 5, { pairs: 100, shareDisputed: 0.1 }).moreLabels).toBe(0);
    expect(ofCounts(5, 5, { pairs: null }).moreLabels).toBe(30);
  });
});

describe('what a verdict says', () => {
  test('names the counts, the chance, and what makes the labels misleading', () => {
    const { explanation } = ofCounts(14, 6, { shorterPreferred: 0.92 });
    expect(explanation).toContain(
      'side with the calibrated order in 14 of 20 disputed pairs; ' +
        'the chance that it agrees better with these labellers on this pool is 96 %',
    );
    expect(explanation).toContain('picks the shorter response in 92% of the disputed pairs');
    expect(explanation).toContain('for best-of-n label the changed picks');
  });

  test('warns of taste only where calibration mostly prefers shorter responses, or may', () => {
    expect(ofCounts(14, 6, { shorterPreferred: 0.3 }).explanation).not.toContain('shorter');
    expect(ofCounts(14, 6, { shorterPreferred: null }).explanation).toContain(
      'Where the calibrated order mostly',
    );
  });

  test('never rounds a chance to certainty', () => {
    expect(ofCounts(40, 0).explanation).toContain('is more than 99 %');
    expect(ofCounts(0, 40).explanation).toContain('is less than 1 %');
  });

  test.each([
    ['small-pool', { pairs: 59 }, {}],
    ['few-prompts', {}, { prompts: 7 }],
    ['many-ties', {}, { ties: 7 }],
    ['mostly-raw-ties', { effectiveShare: 0.27 }, {}],
  ])('has the warning %s, and not just beside its bound', (code, pool, evidence) => {
    const labels = { ...evidenceOfCounts(14, 6), prompts: 8, ties: 6 };
    const codesOf = (changes: { pool?: object; evidence?: object }) =>
      judge(
        { ...labels, ...changes.evidence },
        { ...POOL, pairs: 200, effectiveShare: 0.26, ...changes.pool },
        beta,
      ).warnings.map((warning) => warning.code);
    expect(codesOf({ pool: { pairs: 60 } })).toEqual([]);
    expect(codesOf({ pool, evidence })).toEqual([code]);
  });
});
