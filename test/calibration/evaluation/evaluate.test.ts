import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate, fitPairs } from '../../../src/calibration/evaluation/evaluate.js';
import { measurePairs } from '../../../src/calibration/evaluation/pairs.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../../../src/calibration/fit/fit-settings.js';

/** 160 pairs and what numpy, scipy and statsmodels say of them: golden/pairs.py. */
const golden = JSON.parse(readFileSync(new URL('golden/pairs.json', import.meta.url), 'utf8'));
const count = golden.subsets.length;
const response = (i: number) => ({
  reward: golden.rewards[i],
  characteristics: { chars: golden.lengths[i] },
});
const pairs = measurePairs(
  golden.subsets.map((subset: string, i: number) => ({
    chosen: response(i),
    rejected: response(i + count),
    subset,
  })),
  ['chars'],
  () => ({ path: [], response: '', characteristics: '' }),
);

function judge(settings: Partial<FitSettings> = {}, ties: 'half' | 'wrong' = 'half', resamples = 1_000) {
  const fitted = fitPairs(pairs, { ...DEFAULT_FIT_SETTINGS, ...settings }, ties);
  const judged = { ties, bootstrap: { resamples, seed: 0 }, protocol: 'reward-bench' as const };
  return { fitted, evaluation: evaluate(pairs, fitted, judged) };
}

describe('an evaluation agrees with numpy, scipy and statsmodels', () => {
  test.each(['half', 'wrong'] as const)('on accuracy before and after, ties %s', (ties) => {
    const { accuracy } = judge({}, ties).evaluation;
    expect([accuracy.raw, accuracy.calibrated]).toEqual([golden.raw[ties], golden.lwr[ties]]);
    expect(accuracy.gain).toBe(accuracy.calibrated - accuracy.raw);
  });

  test('on accuracy out of sample, the folds being the same', () => {
    expect(judge().evaluation.accuracy.outOfSample).toBe(golden.outOfSample);
  });

  test.each(['spearman', 'pearson'] as const)('on %s before, after and cross-fitted', (kind) => {
    const { before, after, crossFitted } = judge().evaluation.correlations[kind];
    [before, after, crossFitted].forEach((value, i) => {
      expect(value).toBeCloseTo(golden[kind][i], 10);
    });
  });

  test('on the intervals of the gains, of accuracy and of the score, up to chance', () => {
    const { accuracy, rewardBench } = judge({}, 'half', 50_000).evaluation;
    // scipy draws anew; half a pair of 160 is 0.003.
    accuracy.interval.forEach((end, i) => {
      expect(Math.abs(end - golden.interval[i])).toBeLessThan(0.0032);
    });
    rewardBench?.interval.forEach((end, i) => {
      expect(Math.abs(end - golden.rewardBench.interval[i])).toBeLessThan(0.0032);
    });
  });

  test('on changes of preference', () => {
    expect(judge().evaluation.preferences).toEqual(golden.preferences);
  });

  test('on sections and score', () => {
    for (const [ties, after] of [
      ['half', 'calibrated'],
      ['wrong', 'calibratedWrong'],
    ] as const) {
      const { rewardBench } = judge({}, ties).evaluation;
      expect(rewardBench?.calibrated).toBeCloseTo(golden.rewardBench[after].score, 12);
      for (const { name, calibrated } of rewardBench?.sections ?? []) {
        expect(calibrated).toBeCloseTo(golden.rewardBench[after].sections[name], 12);
      }
    }
    expect(judge().evaluation.rewardBench?.raw).toBeCloseTo(golden.rewardBench.raw.score, 12);
  });

  test('on what labels and rewards prefer', () => {
    const { labels, raw, calibrated } = judge().evaluation.labelPreference;
    for (const [name, { share, standardisedDifference }] of Object.entries({ labels, raw, calibrated })) {
      expect(share).toBeCloseTo(golden.labelPreference[name].share, 12);
      expect(standardisedDifference).toBeCloseTo(golden.labelPreference[name].difference, 12);
    }
  });

  test.each([
    ['mean', 4, 20],
    ['meanThin', 8, 24],
  ])(
    'on RC-Mean with the distances of the pairs, which leaves pairs with thin windows alone: %s',
    (name, ratio, minSamples) => {
      const { fitted, evaluation } = judge({ estimator: 'mean', ratio, minSamples });
      expect(evaluation.accuracy.calibrated).toBe(golden[name].accuracy);
      expect(fitted.leftAsTheyAre).toBe(golden[name].left);
      fitted.rewards.forEach((reward, i) => {
        expect(reward).toBeCloseTo(golden[name].rewards[i], 10);
      });
    },
  );

  test('on the accuracy of every alpha, and takes the smallest of the best', () => {
    const { fitted, evaluation } = judge({ characteristics: [{ name: 'chars', alpha: 'auto' }] });
    const [choice] = fitted.alphaChoices;
    expect(choice?.candidates).toEqual(golden.alphas);
    const best = Math.max(...golden.alphas.map(({ accuracy }: { accuracy: number }) => accuracy));
    const smallest = golden.alphas.find(({ accuracy }: { accuracy: number }) => accuracy === best);
    expect(choice?.alpha).toBe(smallest.alpha);
    expect(fitted.curves[0]?.alpha).toBe(smallest.alpha);
    expect(evaluation.accuracy.outOfSample).toBe(best);
  });
});

describe('the verdict', () => {
  test('is that there is no difference while the interval holds 0', () => {
    const { accuracy, rewardBench, verdict } = judge().evaluation;
    expect(accuracy.interval[0]).toBeLessThan(0);
    expect(rewardBench?.interval[0]).toBeLessThan(0);
    expect(verdict.code).toBe('no-difference');
    expect(verdict.explanation).toMatch(/^The RewardBench score went from 58\.0% to 61\.9% \(95% interval/);
  });

  test.each([
    ['gain', 1],
    ['loss', -1],
  ])('is a %s where calibration removes what the labels %d', (code, sign) => {
    // Rewards are length alone; the labels prefer the shorter response of a pair, or the longer one.
    const rows = Array.from({ length: 60 }, (_, i) => {
      const short = { reward: i / 100 + ((i * 37) % 10) / 20, characteristics: { chars: 10 * i } };
      const long = { reward: (i + 5) / 20 + ((i * 53) % 10) / 20, characteristics: { chars: 50 * (i + 5) } };
      return sign > 0 ? { chosen: short, rejected: long } : { chosen: long, rejected: short };
    });
    const own = measurePairs(rows, ['chars'], () => ({ path: [], response: '', characteristics: '' }));
    const judged = { ties: 'half' as const, bootstrap: { resamples: 1_000, seed: 0 }, protocol: undefined };
    const { verdict, labelPreference } = evaluate(own, fitPairs(own, DEFAULT_FIT_SETTINGS, 'half'), judged);
    expect(verdict.code).toBe(code);
    expect(labelPreference.labels.share).toBe(sign > 0 ? 0 : 1);
    expect(labelPreference.raw.share).toBeGreaterThan(0.9);
  });
});
