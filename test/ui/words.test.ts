import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Audit, CurveSummary } from '../../src/ui/api-types.js';
import { findingsOf, strengthWords } from '../../src/ui/model/diagnostics-words.js';
import { fileNameOf } from '../../src/ui/parts/download.js';
import { countCodePoints } from '../../src/ui/parts/measured.js';
import { readTyped } from '../../src/ui/parts/typed-number.js';
import {
  alphaText,
  auditSentence,
  auditWords,
  correlationWords,
  driftWords,
  earlierAuditSentence,
  recentCorrelation,
  warningWords,
} from '../../src/ui/parts/words.js';

const CURVE: CurveSummary = {
  reward_model: 'org/reward-model',
  version: 3,
  fitted_at: '2026-11-23T09:30:00.000Z',
  estimator: 'lwr',
  frac: 0.5,
  iterations: 3,
  characteristics: [{ name: 'chars', alpha: 1, knots: 512, range: [3, 7_810] }],
  samples: 12_874,
  diagnostics: {
    spearman: { before: 0.31, after: -0.01, cross_fitted: -0.008 },
    pearson: { before: 0.28, after: 0 },
    residual_scale: 0.7,
    robust_weight_removed: 0.08,
    fit_seconds: 0.0042,
    iterations: 3,
    characteristics: [
      {
        name: 'chars',
        frac: 0.5,
        effective_degrees_of_freedom: 4.23,
        standard_error: { mean: 0.0234, largest: 0.09 },
      },
    ],
  },
  audit: null,
};

const AUDIT: Audit = {
  reward_model: 'org/reward-model',
  version: 3,
  fitted_at: null,
  purpose: 'pairs',
  verdict: { code: 'calibrate', strength: 'strong', explanation: 'Your labels side with it.' },
  probability: 0.961,
  gain: 0.047,
  interval: [0.007, 0.085],
  interval_new_sample: null,
  confidence: 0.9,
  alpha: 1,
  more_labels: 0,
  labels: 20,
  ties: 0,
  share_disputed: 0.13,
  effective_share: 0.13,
  warnings: [],
};

/** The findings of a version with other diagnostics, as one text. */
function findingsText(diagnostics: Partial<CurveSummary['diagnostics']>): string {
  return findingsOf({ ...CURVE, diagnostics: { ...CURVE.diagnostics, ...diagnostics } })
    .map(({ title, text }) => `${title}: ${text}`)
    .join('\n');
}

describe('a curve in words', () => {
  test('says what the link was and what is left, and that less is no gain', () => {
    const text = findingsText({});
    expect(text).toContain(
      'Length and reward: Longer responses got clearly higher rewards (rank correlation 0.31)',
    );
    expect(text).toContain('hardly any is left (−0.01)');
    expect(text).toContain('not a gain in itself');
  });

  test('compares the standard error with the spread of the rewards', () => {
    expect(findingsText({})).toContain('within ±0.047 of reward, where it is least sure within ±0.18');
    expect(findingsText({})).toContain('small beside that');
    expect(findingsText({ residual_scale: 0.03 })).toContain('too few samples');
    expect(findingsText({ residual_scale: 0 })).not.toContain('NaN');
  });

  test('says how it bends, and what was played down', () => {
    expect(findingsText({})).toContain('It bends gently: 4.2 effective degrees of freedom');
    expect(findingsText({})).toContain('took 8\u00a0% of all weight; from ordinary noise it takes about 11');
    expect(findingsText({ robust_weight_removed: 0.4 })).toContain('This is much');
    expect(findingsText({ iterations: 0, robust_weight_removed: 0 })).toContain('none was played down');
  });

  test.each([
    [2, 'is nearly straight: 2 effective degrees of freedom, where 2 is a straight line and more is'],
    [2.5, 'bends gently'],
    [6, 'bends clearly'],
    [14.9, 'bends clearly'],
    [15, 'follows many small turns'],
  ])('%d degrees of freedom: %s', (effective_degrees_of_freedom, words) => {
    const standard_error = { mean: 0.02, largest: 0.09 };
    const regression = { name: 'chars', frac: 0.5, effective_degrees_of_freedom, standard_error };
    expect(findingsText({ characteristics: [regression] })).toContain(`It ${words}`);
  });

  test('says where new responses get less, and nothing where that is not known', () => {
    const spearman = CURVE.diagnostics.spearman;
    expect(findingsText({ spearman: { ...spearman, cross_fitted: 0.2 } })).toContain('will do less');
    expect(findingsText({ spearman: { ...spearman, after: null, cross_fitted: null } })).not.toContain(
      'not seen',
    );
  });

  test('an older document without regressions has words, too', () => {
    const { characteristics: _, ...older } = CURVE.diagnostics;
    expect(findingsOf({ ...CURVE, diagnostics: older }).map(({ title }) => title)).toEqual([
      'Length and reward',
      'On responses that the fit had not seen',
      'Rewards that were played down',
      'How it was fitted',
    ]);
  });

  test.each([
    ['chars', 0.02, 0, 'Longer responses got hardly other rewards'],
    ['tokens', -0.5, -0.3, 'Responses with more tokens got strongly lower rewards'],
    [
      'chars',
      0.15,
      null,
      'slightly higher rewards (rank correlation 0.15). After calibration it is not known.',
    ],
    ['chars', null, null, 'There is no correlation to speak of'],
  ])('%s with %j → %j: %s', (characteristic, before, after, words) => {
    expect(correlationWords(characteristic, before, after)).toContain(words);
  });

  test.each([
    [0, 'Nothing is taken off'],
    [1, 'The whole bias'],
    [0.5, '50\u00a0% of the bias are taken off.'],
    [1.5, 'more than there is'],
    [-1, 'gets stronger'],
  ])('a strength of %j: %s', (alpha, words) => expect(strengthWords(alpha)).toContain(words));

  test('one strength for all characteristics is one number', () => {
    const [one] = CURVE.characteristics;
    if (one === undefined) throw new Error('the curve has a characteristic');
    expect(alphaText([one, { ...one, name: 'markdown' }])).toBe('1');
    expect(alphaText([one, { ...one, name: 'markdown', alpha: 0.5 }])).toBe('1, 0.5');
  });
});

describe('audits, drift and warnings in words', () => {
  test('no audit is no verdict', () => {
    expect(auditWords(null)).toEqual({ words: 'not audited', tone: 'plain' });
    expect(auditSentence(null)).toContain('nobody knows');
  });

  test('an audit has its code, its strength and its gain', () => {
    expect(auditWords(AUDIT)).toEqual({ words: 'labels say: calibrate (strong)', tone: 'good' });
    expect(auditSentence(AUDIT)).toContain('4.7 points (0.7 to 8.5), from 20 labels');
  });

  test('an audit of an earlier version is no audit of this one, and is named', () => {
    const versions = [
      { version: 3, audit: { ...AUDIT, verdict: { ...AUDIT.verdict, strength: 'leaning' as const } } },
      { version: 5, audit: AUDIT },
      { version: 6, audit: null },
      { version: 7, audit: AUDIT },
    ];
    expect(earlierAuditSentence({ version: 6, audit: null }, versions)).toBe(
      'Version 5 was audited: labels say calibrate (strong). This version is not; audit it again.',
    );
    expect(earlierAuditSentence({ version: 2, audit: null }, versions)).toBeUndefined();
    expect(earlierAuditSentence({ version: 7, audit: AUDIT }, versions)).toBeUndefined();
  });

  test('few samples of the last minutes have no correlation', () => {
    const correlation = { raw: 0.42, calibrated: -0.04 };
    expect(recentCorrelation({ samples: 99, correlation })).toBe('– (too few samples)');
    expect(recentCorrelation({ samples: 100, correlation })).toBe('0.42 → −0.04');
  });

  test('drift is little, some or much', () => {
    expect([0.03, 0.1, 0.25].map(driftWords)).toEqual(['unmoved', 'moved a little', 'moved much']);
  });

  test('every warning of a fit has a headline of its own', () => {
    const folder = new URL('../../src/calibration/warnings/', import.meta.url);
    const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const codes = [...sources.join('\n').matchAll(/code: '([a-z-]+)'/g)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(12);
    const without = codes.filter(
      (code) => warningWords({ code }).toLowerCase() === code.replaceAll('-', ' '),
    );
    expect(without).toEqual([]);
    expect(warningWords({ code: 'new-in-a-later-service' })).toBe('New in a later service');
  });
});

describe('small readers', () => {
  test('a name becomes the name of a file', () => {
    expect(fileNameOf('org/reward model')).toBe('org-reward-model');
    expect(fileNameOf('///')).toBe('curve');
  });

  test('length is counted in code points', () => expect(countCodePoints('ä👍🏽\n')).toBe(4));

  test.each([
    ['1.5', 1.5],
    ['-2e3', -2_000],
    ['', undefined],
    ['n/a', undefined],
    ['Infinity', undefined],
  ])('%j is read as %j', (text, value) => expect(readTyped(text)).toBe(value));
});
