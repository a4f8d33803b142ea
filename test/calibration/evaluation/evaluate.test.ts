import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate, fitPairs } from '../../../src/calibration/evaluation/evaluate.js';
import { measurePairs } from '../../../src/calibration/evaluation/pairs.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../../../src/calibration/fit/fit-settings.js';
import { loadBeta } from '../../../src/calibration/statistics/beta.js';

/** 160 pairs and what numpy, scipy and statsmodels say of them: golden/pairs.py. */
const golden = JSON.parse(readFileSync(new URL('golden/pairs.json', import.meta.url), 'utf8'));
const count = golden.subsets.length;
const response = (i: number) => ({
  reward: golden.rewards[i],
  characteristics: { chars: golden.lengths[i] },
});
const placeOf = () => ({ path: [], response: '', characteristics: '' });
const goldenPairs = (promptOf: (pair: number) => string | undefined = () => undefined) =>
  measurePairs(
    golden.subsets.map((subset: string, i: number) => ({
      chosen: response(i),
      rejected: { ...response(i + count), prompt: promptOf(i) },
      subset,
    })),
    ['chars'],
    placeOf,
  );
const pairs = goldenPairs();
const beta = await loadBeta();

function judge(
  settings: Partial<FitSettings> = {},
  ties: 'half' | 'wrong' = 'half',
  resamples = 1_000,
  of = pairs,
) {
  const fitted = fitPairs(of, { ...DEFAULT_FIT_SETTINGS, ...settings }, beta);
  const judged = { ties, bootstrap: { resamples, seed: 0 }, protocol: 'reward-bench' as const };
  return { fitted, evaluation: evaluate(of, fitted, judged, beta) };
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
      expect(fitted.unsupported.length).toBe(golden[name].left);
      fitted.rewards.forEach((reward, i) => {
        expect(reward).toBeCloseTo(golden[name].rewards[i], 10);
      });
    },
  );

  test.each([
    ['lwr', {}, () => undefined],
    ['threeAPrompt', {}, (pair: number) => `prompt ${Math.floor(pair / 3)}`],
    ['onePrompt', {}, () => 'the same'],
    ['mean', { estimator: 'mean', ratio: 4, minSamples: 20 }, () => undefined],
    ['meanThin', { estimator: 'mean', ratio: 8, minSamples: 24 }, () => undefined],
  ] as const)('on the counts and the statistics of the verdict: %s', (name, settings, promptOf) => {
    const expected = golden.audits[name];
    const { audit, accuracy } = judge(settings, 'half', 1_000, goldenPairs(promptOf)).evaluation;
    const { evidence, pool, verdict } = audit;
    for (const count of ['fixed', 'broken', 'labels'] as const) expect(evidence[count]).toBe(expected[count]);
    expect(evidence.designEffect).toBeCloseTo(expected.designEffect, 12);
    for (const share of ['shareDisputed', 'effectiveShare', 'shorterPreferred'] as const)
      expect(pool[share]).toBeCloseTo(expected[share], 12);
    for (const figure of ['probability', 'gain'] as const)
      expect(verdict[figure]).toBeCloseTo(expected[figure], 12);
    // Every pair has its label: nothing of this pool's gain is unknown.
    for (const end of verdict.interval) expect(end).toBeCloseTo(expected.realized, 12);
    expect(accuracy.gain).toBeCloseTo(expected.realized, 12);
    expect(verdict.code).toBe(expected.code);
  });

  test('on the gain that a Bradley-Terry model expects of every strength', () => {
    const { strengthEstimate } = judge().evaluation.audit;
    const best = golden.strength.indexOf(Math.max(...golden.strength));
    expect(strengthEstimate?.alpha).toBe(best / 8);
    strengthEstimate?.candidates.forEach(({ gain }, i) => {
      expect(gain).toBeCloseTo(golden.strength[i], 10);
    });
  });
});

describe('the verdict', () => {
  test('is that of the audit, and names what its reader needs beside the accuracies', () => {
    const { audit, verdict } = judge().evaluation;
    expect(verdict).toMatchObject({ code: audit.verdict.code, strength: audit.verdict.strength });
    expect(verdict.explanation.startsWith(audit.verdict.explanation)).toBe(true);
    expect(verdict.explanation).toContain('the RewardBench score weighs subsets');
    expect(verdict.explanation).toMatch(/The response with more chars is labelled the better one in \d/);
    expect(verdict.explanation).not.toContain('full strength (α = 1), the accuracies');
    expect(judge({}, 'wrong').evaluation.verdict.explanation).toContain('equal rewards as half right');
  });

  test.each([0, 0.5, -1, 1.5])('is about full strength where alpha is %d, and says so', (alpha) => {
    const atOne = judge().evaluation;
    const { evaluation } = judge({ characteristics: [{ name: 'chars', alpha }] });
    expect(evaluation.audit).toEqual(atOne.audit);
    expect(evaluation.accuracy.calibrated).not.toBe(atOne.accuracy.calibrated);
    expect(evaluation.verdict.explanation).toContain(
      `The verdict is about full strength (α = 1), the accuracies are of α = ${alpha} for chars.`,
    );
  });

  test.each([
    ['calibrate', 1],
    ['leave', -1],
  ])('is to %s where calibration removes what the labels prefer: %d', (code, sign) => {
    // Rewards are length alone; the labels prefer the shorter response of a pair, or the longer one.
    const rows = Array.from({ length: 60 }, (_, i) => {
      const short = { reward: i / 100 + ((i * 37) % 10) / 20, characteristics: { chars: 10 * i } };
      const long = { reward: (i + 5) / 20 + ((i * 53) % 10) / 20, characteristics: { chars: 50 * (i + 5) } };
      return sign > 0 ? { chosen: short, rejected: long } : { chosen: long, rejected: short };
    });
    const own = measurePairs(rows, ['chars'], placeOf);
    const judged = { ties: 'half' as const, bootstrap: { resamples: 1_000, seed: 0 }, protocol: undefined };
    const fitted = fitPairs(own, DEFAULT_FIT_SETTINGS, beta);
    const { verdict, labelPreference } = evaluate(own, fitted, judged, beta);
    expect([verdict.code, verdict.strength]).toEqual([code, 'strong']);
    expect(verdict.explanation).not.toContain('RewardBench');
    expect(labelPreference.labels.share).toBe(sign > 0 ? 0 : 1);
    expect(labelPreference.raw.share).toBeGreaterThan(0.9);
  });
});
