import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AuditDocument } from '../../src/curves/audit-document.js';
import { post, startApp } from '../support/app.js';
import { sharedData } from '../support/shared-data.js';

const data = sharedData('');

interface Scored {
  rm: string;
  pair_id: string;
  label: 'chosen' | 'rejected';
  prompt: string;
  response: string;
  reward: number;
}

/** The labelled pairs of one reward model, as /v1/evaluate takes them. */
function readPairs(set: string, rm: string) {
  const rows = data.readLines<Scored>(`${set}/rewards.jsonl.gz`);
  const pairs = new Map<string, Record<string, object>>();
  for (const { rm: scorer, pair_id: id, label, prompt, response, reward } of rows) {
    if (scorer === rm) pairs.set(id, { ...pairs.get(id), [label]: { prompt, response, reward } });
  }
  return [...pairs.values()];
}

interface Reference {
  set: string;
  rm: string;
  pairs: number;
  accuracy: number;
  spearman: number;
  fracs: {
    frac: number;
    accuracy: number;
    spearman: number;
    interval: [number, number];
    audit: ReferenceAudit;
  }[];
}

interface ReferenceAudit {
  prompts: number;
  probability: number;
  gain: number;
  share: number;
  effectiveShare: number;
  code: string;
}

/** What statsmodels (lowess, it 3, delta 0) and scipy say of the same pairs. */
const golden: Reference[] = JSON.parse(
  readFileSync(new URL('../e2e/golden/labelled-pairs.json', import.meta.url), 'utf8'),
);

/** The table of the method: accuracy in % raw and at frac 0.3, 0.5, 0.9; Spearman raw and at frac 0.5. */
const published: Record<string, [raw: number, accuracies: number[], rho: number[]]> = {
  'Ray2333/GRM-Gemma-2B-rewardmodel-ft': [59.4, [59.4, 58.9, 60.6], [-0.3, 0.01]],
  'Skywork/Skywork-Reward-Llama-3.1-8B': [62.4, [61.4, 62, 60.9], [-0.18, 0.01]],
  'Ray2333/GRM-Gemma2-2B-rewardmodel-ft': [72, [71, 71, 72], [0.14, -0.02]],
};

interface EvaluatedBody {
  audit: AuditDocument;
  verdict: AuditDocument['verdict'];
  share_disputed: number;
}

/** The numbers of a verdict as scipy has them. */
function expectAudit(body: EvaluatedBody, expected: ReferenceAudit) {
  const { audit, verdict, share_disputed } = body;
  expect(verdict).toMatchObject({ code: expected.code });
  expect(share_disputed).toBeCloseTo(expected.share, 12);
  expect(audit.effective_share).toBeCloseTo(expected.effectiveShare, 12);
  expect(audit.probability).toBeCloseTo(expected.probability, 12);
  expect(audit.gain).toBeCloseTo(expected.gain, 12);
  const isFew = audit.warnings.some(({ code }) => code === 'few-prompts');
  expect(isFew).toBe(expected.prompts < 8);
}

const percent = (share: number) => Math.round(1_000 * share) / 10;
const hundredths = (rho: number) => Math.round(100 * rho) / 100;

describe.skipIf(!data.present)('on real reward models with labels, through the API', () => {
  test.each(golden)(
    '$set, $rm: the accuracies, correlations and intervals of reference',
    async (reference) => {
      const app = await startApp();
      const pairs = readPairs(reference.set, reference.rm);
      const answers = [];
      for (const { frac, accuracy, spearman, interval, audit } of reference.fracs) {
        const { status, body } = await post(app, '/v1/evaluate', { pairs, frac, iterations: 3 });
        expect([status, body.pairs]).toEqual([200, reference.pairs]);
        expect(body.accuracy.raw).toBeCloseTo(reference.accuracy, 12);
        expect(body.accuracy.calibrated).toBeCloseTo(accuracy, 12);
        expect(body.correlations.spearman.before).toBeCloseTo(reference.spearman, 10);
        expect(body.correlations.spearman.after).toBeCloseTo(spearman, 10);
        // Of 1,000 resamples: the quantiles themselves have an error of about a tenth of the interval.
        const width = interval[1] - interval[0];
        for (const end of [0, 1]) {
          const difference = Math.abs(body.accuracy.interval[end] - (interval[end] ?? NaN));
          expect(difference).toBeLessThan(0.15 * width);
        }
        // Method, "What real reward models show", 3: the curve generalises.
        expect(Math.abs(body.accuracy.out_of_sample - body.accuracy.calibrated)).toBeLessThanOrEqual(0.021);
        expectAudit(body, audit);
        answers.push(body);
      }
      const table = published[reference.rm];
      if (table === undefined) return;
      const { before, after } = answers[1].correlations.spearman;
      expect([
        percent(answers[0].accuracy.raw),
        answers.map(({ accuracy }) => percent(accuracy.calibrated)),
        [before, after].map(hundredths),
      ]).toEqual(table);
    },
  );
});
