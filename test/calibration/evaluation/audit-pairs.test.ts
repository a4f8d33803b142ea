import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/calibration/audit/audit-verdict.js';
import type { BiasCurve } from '../../../src/calibration/curve/bias-curve.js';
import { auditPairs } from '../../../src/calibration/evaluation/audit-pairs.js';
import { measurePairs, type PairRow } from '../../../src/calibration/evaluation/pairs.js';
import { loadBeta } from '../../../src/calibration/statistics/beta.js';

const beta = await loadBeta();

/** b̂(c) = slope · c: exact in whole numbers, so that a brute force counts the same ties. */
const line = (characteristic: string, slope: number, alpha: number): BiasCurve => ({
  characteristic,
  alpha,
  knots: Float64Array.of(0, 1),
  biases: Float64Array.of(0, slope),
  beyond: 'line',
  meanBias: 0,
});

interface Side {
  reward: number;
  chars: number;
  lists: number;
}
interface Pair {
  chosen: Side;
  rejected: Side;
  prompt: string | undefined;
}

const whole = (max: number) => fc.integer({ min: 0, max });
const side = fc.record({ reward: whole(6), chars: whole(5), lists: whole(2) });
const labelled = fc.array(
  fc.record({
    chosen: side,
    rejected: side,
    prompt: fc.option(fc.constantFrom('0', '1', 'p'), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 40 },
);

const toRow = ({ chosen, rejected, prompt }: Pair): PairRow => ({
  chosen: { reward: chosen.reward, characteristics: { chars: chosen.chars, lists: chosen.lists } },
  rejected: {
    reward: rejected.reward,
    characteristics: { chars: rejected.chars, lists: rejected.lists },
    prompt,
  },
});
const measured = (pairs: readonly Pair[]) =>
  measurePairs(pairs.map(toRow), ['chars', 'lists'], () => ({ path: [], response: '', characteristics: '' }));
const audit = (pairs: readonly Pair[], curves: readonly BiasCurve[], unsupported: readonly number[] = []) =>
  auditPairs(measured(pairs), curves, unsupported);

/** The curves of two characteristics, at strengths that must not matter. */
const CURVES = [line('chars', 1, 0.25), line('lists', -2, 0)];

/** What a person would count, pair by pair. */
function countByHand(pairs: readonly Pair[], unsupported: readonly number[] = []) {
  const half = (difference: number) => (1 + Math.sign(difference)) / 2;
  const perPrompt = new Map<string, number>();
  const counted = { fixed: 0, broken: 0, labels: 0, disputed: 0 };
  pairs.forEach(({ chosen, rejected, prompt }, i) => {
    if (unsupported.includes(i)) return;
    const before = chosen.reward - rejected.reward;
    const after = before - (chosen.chars - rejected.chars) + 2 * (chosen.lists - rejected.lists);
    const change = half(after) - half(before);
    if (change === 0) return;
    counted.labels++;
    if (Math.abs(change) === 1) counted.disputed++;
    if (change > 0) counted.fixed += change;
    else counted.broken -= change;
    const name = prompt === undefined ? `pair ${i}` : `prompt ${prompt}`;
    perPrompt.set(name, (perPrompt.get(name) ?? 0) + 1);
  });
  const squares = [...perPrompt.values()].reduce((sum, size) => sum + size * size, 0);
  const designEffect = counted.labels === 0 ? 1 : 1 + 0.4 * (squares / counted.labels - 1);
  return { ...counted, prompts: perPrompt.size, designEffect };
}

describe('an audit of labelled pairs', () => {
  test('counts what a brute force over the pairs counts, at full strength over all characteristics', () => {
    fc.assert(
      fc.property(labelled, fc.uniqueArray(whole(39)), (pairs, left) => {
        const unsupported = left.filter((pair) => pair < pairs.length);
        const { evidence, pool } = audit(pairs, CURVES, unsupported);
        const { disputed, designEffect, ...counts } = countByHand(pairs, unsupported);
        expect(evidence).toMatchObject({ ...counts, ties: 0 });
        expect(evidence.designEffect).toBeCloseTo(designEffect, 12);
        expect(pool.pairs).toBe(pairs.length);
        expect(pool.shareDisputed).toBe(disputed / pairs.length);
        expect(pool.effectiveShare).toBe((counts.fixed + counts.broken) / pairs.length);
      }),
    );
  });

  test('has a verdict that depends neither on the order of the pairs nor on the names of prompts', () => {
    fc.assert(
      fc.property(labelled, fc.infiniteStream(fc.double({ noNaN: true })), (pairs, stream) => {
        const keyed = pairs.map((pair) => ({ pair, key: stream.next().value ?? 0 }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ pair }) => pair);
        const renamed = shuffled.map((pair) => ({ ...pair, prompt: pair.prompt && `x${pair.prompt}` }));
        const [one, other] = [audit(pairs, CURVES), audit(renamed, CURVES)];
        expect(judge(other.evidence, other.pool, beta)).toEqual(judge(one.evidence, one.pool, beta));
        one.strengthEstimate?.candidates.forEach(({ gain }, i) => {
          expect(other.strengthEstimate?.candidates[i]?.gain).toBeCloseTo(gain, 12);
        });
      }),
      { numRuns: 50 },
    );
  });

  test('counts half of a pair whose raw rewards are equal', () => {
    const tied = { chosen: { reward: 3, chars: 1, lists: 0 }, rejected: { reward: 3, chars: 2, lists: 0 } };
    const turned = { ...tied, rejected: { reward: 3.5, chars: 2, lists: 0 } };
    const pairs = [tied, turned].map((pair) => ({ ...pair, prompt: undefined }));
    const { evidence, pool } = audit(pairs, [line('chars', 1, 1)]);
    expect(evidence).toMatchObject({ fixed: 1.5, broken: 0, labels: 2 });
    expect(pool).toMatchObject({ shareDisputed: 0.5, effectiveShare: 0.75, shorterPreferred: 1 });
  });

  test.each([1, 2, 4])('knows that labels are of %d prompts, which are too few for folds', (prompts) => {
    const pairs = Array.from({ length: 20 }, (_, i) => ({
      chosen: { reward: 0, chars: 1, lists: 0 },
      rejected: { reward: 0.5, chars: 2, lists: 0 },
      prompt: `prompt ${i % prompts}`,
    }));
    const { evidence } = audit(pairs, [line('chars', 1, 1)]);
    expect(evidence.prompts).toBe(prompts);
    expect(evidence.designEffect).toBeCloseTo(1 + 0.4 * (20 / prompts - 1), 12);
    const { samples } = measured(pairs);
    expect(new Set(samples.groups).size).toBe(20);
  });

  test('estimates no strength where all rewards are equal within pairs', () => {
    const pair = { chosen: { reward: 1, chars: 1, lists: 0 }, rejected: { reward: 1, chars: 3, lists: 0 } };
    expect(audit([{ ...pair, prompt: undefined }], CURVES).strengthEstimate).toBeNull();
  });

  test.each([
    ['rewards', 1.7e308, 1],
    ['biases beside tiny rewards', 1e-300, 1e300],
  ])('is finite for huge %s', (_, size, slope) => {
    const pairs = [1, -1].map((sign) => ({
      chosen: { reward: sign * size, chars: 1, lists: 0 },
      rejected: { reward: -sign * size, chars: 2, lists: 0 },
      prompt: undefined,
    }));
    const { evidence, strengthEstimate } = audit(pairs, [line('chars', slope, 1)]);
    const { gain, interval } = judge(evidence, audit(pairs, [line('chars', slope, 1)]).pool, beta);
    const gains = strengthEstimate?.candidates.map((candidate) => candidate.gain) ?? [Number.NaN];
    expect([gain, ...interval, ...gains].every(Number.isFinite)).toBe(true);
  });

  test('refuses rewards that are not finite at full strength, whatever the strength of the curve is', () => {
    const huge = { reward: -1.7e308, chars: 1, lists: 0 };
    const pairs = [{ chosen: huge, rejected: { ...huge, reward: 0 }, prompt: undefined }];
    expect(() => audit(pairs, [line('chars', 1e308, 0)])).toThrow(/not finite/);
  });
});
