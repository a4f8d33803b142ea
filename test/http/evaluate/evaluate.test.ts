import { describe, expect, test } from 'vitest';
import { auditDocument } from '../../../src/curves/audit-document.js';
import { evaluateAnswer } from '../../../src/http/evaluate/answer.js';
import { evaluateExamples } from '../../../src/http/schemas/examples.js';
import { biasedColumns, post, shareApp, startApp } from '../../support/app.js';

const rm = 'org/rm';
const shared = shareApp();

const row = (i: number, extra = 0) => ({
  reward: Math.log(20 + ((i * 7919) % 1_000)) + Math.sin(i * 12.9898) + extra,
  characteristics: { chars: 20 + ((i * 7919) % 1_000) },
});
const pairsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ chosen: row(2 * i, 0.3), rejected: row(2 * i + 1) }));

/** The same pairs as RewardBench would write them. */
const rowsOf = (count: number) =>
  pairsOf(count).map(({ chosen, rejected }, i) => ({
    id: `row-${i}`,
    results: 1,
    nested: { anything: [null, 'goes'] },
    scores_chosen: i % 2 === 0 ? chosen.reward : [chosen.reward],
    scores_rejected: [rejected.reward],
    characteristics_chosen: chosen.characteristics,
    characteristics_rejected: rejected.characteristics,
  }));

describe('evaluating through the API', () => {
  test('an answer is what its schema says, field by field', async () => {
    const app = await startApp();
    await post(app, '/v1/fit', { reward_model: 'org/reward-model', columns: biasedColumns(50) });
    for (const example of evaluateExamples) {
      const { body } = await post(app, '/v1/evaluate', example);
      expect(evaluateAnswer.parse(body)).toEqual(body);
    }
  });

  test('rows as RewardBench writes them give what the same pairs give: unknown fields are passed over, lists of one are numbers', async () => {
    const { app } = shared;
    const [pairs, rows] = await Promise.all([
      post(app, '/v1/evaluate', { pairs: pairsOf(60) }),
      post(app, '/v1/evaluate', { rows: rowsOf(60) }),
    ]);
    expect([pairs.status, rows.status]).toEqual([200, 200]);
    const { diagnostics: _, ...fromPairs } = pairs.body;
    const { diagnostics: __, ...fromRows } = rows.body;
    fromRows.audit.fitted_at = fromPairs.audit.fitted_at;
    expect(fromRows).toEqual(fromPairs);
    expect(fromPairs).toMatchObject({ reward_model: null, version: null, pairs: 60, estimator: 'lwr' });
  });

  test('text is measured, in pairs and in rows', async () => {
    const { app } = shared;
    const texts = pairsOf(30).map(({ chosen, rejected }) => ({
      chosen: { reward: chosen.reward, response: '🏆'.repeat(chosen.characteristics.chars) },
      rejected: { reward: rejected.reward, response: 'a'.repeat(rejected.characteristics.chars) },
    }));
    const rows = texts.map(({ chosen, rejected }) => ({
      scores_chosen: chosen.reward,
      scores_rejected: rejected.reward,
      text_chosen: chosen.response,
      text_rejected: rejected.response,
    }));
    const numbers = await post(app, '/v1/evaluate', { pairs: pairsOf(30) });
    for (const body of [{ pairs: texts }, { rows }]) {
      const { accuracy, correlations } = (await post(app, '/v1/evaluate', body)).body;
      expect({ accuracy, correlations }).toEqual({
        accuracy: numbers.body.accuracy,
        correlations: numbers.body.correlations,
      });
    }
  });

  test('the same request gets the same interval; seed and resamples are told', async () => {
    const { app } = shared;
    const body = { pairs: pairsOf(60), bootstrap: { resamples: 200, seed: -5 } };
    const first = await post(app, '/v1/evaluate', body);
    const second = await post(app, '/v1/evaluate', body);
    expect(second.body.accuracy).toEqual(first.body.accuracy);
    expect(first.body.accuracy).toMatchObject({ resamples: 200, seed: -5 });
  });

  test('the protocol adds sections and score, and lists what is missing', async () => {
    const { app } = shared;
    const [, example] = evaluateExamples;
    const { body } = await post(app, '/v1/evaluate', example);
    expect(body.reward_bench.sections.map(({ name }: { name: string }) => name)).toEqual([
      'Chat',
      'Reasoning',
    ]);
    expect(body.reward_bench.missing_subsets).toHaveLength(21);
    expect(body.subsets.map(({ count }: { count: number }) => count)).toEqual([4, 4]);
    expect(body.verdict.explanation).toContain(
      'The verdict is about pairs; the RewardBench score weighs subsets.',
    );
  });

  // Whether the body is read here or in a worker, which hands it back since it has no curves.
  test.each([
    ['small', 60],
    ['large', 2_000],
  ])('an existing curve is evaluated as it stands: a %s body', async (_, count) => {
    const app = await startApp();
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(200), frac: 0.3 });
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(300), frac: 0.8 });
    const pairs = pairsOf(count);
    const { body } = await post(app, '/v1/evaluate', { reward_model: rm, version: 1, pairs });
    expect(body).toMatchObject({ reward_model: rm, version: 1, frac: 0.3, pairs: count });
    expect(body.accuracy.out_of_sample).toBe(null);
    expect(body.correlations.spearman.cross_fitted).toBe(null);
    const sides = [pairs.map(({ chosen }) => chosen), pairs.map(({ rejected }) => rejected)];
    const [chosen, rejected] = await Promise.all(
      sides.map((samples) => post(app, '/v1/calibrate', { reward_model: rm, version: 1, samples })),
    );
    const right = pairs.filter((__, i) => chosen?.body.rewards[i] > rejected?.body.rewards[i]);
    expect(body.accuracy.calibrated).toBe(right.length / count);

    const current = await post(app, '/v1/evaluate', { reward_model: rm, pairs });
    expect(current.body).toMatchObject({ version: 2, frac: 0.8 });
    const unknown = await post(app, '/v1/evaluate', { reward_model: rm, version: 9, pairs });
    expect([unknown.status, unknown.body.type]).toEqual([404, '/docs/errors#unknown-version']);
    const none = await post(app, '/v1/evaluate', { reward_model: 'nobody', pairs });
    expect([none.status, none.body.type]).toEqual([409, '/docs/errors#no-curve']);
  });

  test('labels choose alpha as the verdict does, from the first pairs on; out of sample few get no answer', async () => {
    const { app } = shared;
    const characteristics = [{ name: 'chars', alpha: 'auto' }];
    const { status, body } = await post(app, '/v1/evaluate', { pairs: pairsOf(6), characteristics });
    expect([status, body.accuracy.out_of_sample]).toEqual([200, null]);
    const { verdict, audit, share_disputed, strength_estimate } = body;
    const { code, strength } = verdict;
    const { alpha, probability, gain, interval, labels, effective_share } = audit;
    expect(body.alpha_choices).toEqual([
      {
        name: 'chars',
        ...{ alpha, code, strength, probability, gain, interval, labels, share_disputed, effective_share },
      },
    ]);
    expect(body.characteristics).toMatchObject([{ name: 'chars', alpha }]);
    expect(audit.verdict).toMatchObject({ code, strength });
    expect(verdict.explanation).toContain(audit.verdict.explanation);
    expect(strength_estimate).toEqual(audit.strength_estimate);
    expect(strength_estimate.candidates).toHaveLength(13);
  });

  test.each([1, 0.5, 0])('the verdict is about full strength where the curve has alpha %d', async (alpha) => {
    const app = await startApp();
    const characteristics = [{ name: 'chars', alpha }];
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(200), characteristics });
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(200) });
    const pairs = pairsOf(200).map(({ chosen, rejected }, i) => ({
      chosen: { ...chosen, prompt: `${i >> 1}` },
      rejected,
    }));
    const own = (await post(app, '/v1/evaluate', { reward_model: rm, version: 1, pairs })).body;
    const full = (await post(app, '/v1/evaluate', { reward_model: rm, version: 2, pairs })).body;
    expect(own.audit).toEqual({ ...full.audit, version: 1, fitted_at: own.audit.fitted_at });
    expect(auditDocument.parse(own.audit)).toEqual(own.audit);
    expect(own.audit).toMatchObject({ reward_model: rm, version: 1, purpose: 'pairs' });
    // Every pair that changes is labelled: the gain at full strength is the one of the audit, to the pair.
    for (const end of full.audit.interval) expect(end).toBeCloseTo(full.accuracy.gain, 12);
    expect(own.accuracy.gain === full.accuracy.gain).toBe(alpha === 1);
    const isNamed = own.verdict.explanation.includes(`the accuracies are of α = ${alpha} for chars`);
    expect(isNamed).toBe(alpha !== 1);
  });

  test('pairs that all answer one prompt are kept together in folds all the same', async () => {
    const { app } = shared;
    const pairs = pairsOf(20).map(({ chosen, rejected }) => ({
      chosen: { ...chosen, prompt: 'the same' },
      rejected,
    }));
    const { body } = await post(app, '/v1/evaluate', { pairs });
    const without = await post(app, '/v1/evaluate', { pairs: pairsOf(20) });
    expect(body.accuracy.out_of_sample).not.toBe(null);
    expect(body.accuracy).toEqual(without.body.accuracy);
  });

  // Whether the body is read here or in a worker.
  test.each([60, 3_000])(
    'labels of one prompt count for less than those of as many prompts: %d pairs',
    async (count) => {
      const { app } = shared;
      const audits = await Promise.all(
        [1, 4, count].map(async (prompts) => {
          const pairs = pairsOf(count).map(({ chosen, rejected }, i) => ({
            chosen,
            rejected: { ...rejected, prompt: `prompt ${i % prompts}` },
          }));
          return (await post(app, '/v1/evaluate', { pairs })).body.audit;
        }),
      );
      const [one, four, each] = audits.map(({ probability }) => Math.abs(probability - 0.5));
      expect(one).toBeLessThan(four ?? 0);
      expect(four).toBeLessThan(each ?? 0);
      expect(audits[0].warnings.map(({ code }: { code: string }) => code)).toContain('few-prompts');
      expect(audits[2].warnings).toEqual(
        audits[2].labels < 8 ? [expect.objectContaining({ code: 'few-prompts' })] : [],
      );
      const unnamed = await post(app, '/v1/evaluate', { pairs: pairsOf(count) });
      expect(unnamed.body.audit).toEqual({ ...audits[2], fitted_at: unnamed.body.audit.fitted_at });
    },
  );
});

const [good, ...others] = pairsOf(20);
const [goodRow, ...otherRows] = rowsOf(20);
const pairWith = (change: object) => ({ pairs: [...others, { ...good, ...change }] });
const rowWith = (change: object) => ({ rows: [...otherRows, { ...goodRow, ...change }] });
const last = 19;

describe('an evaluation that cannot be done is refused, naming the place', () => {
  const cases: [name: string, body: object, path: string][] = [
    ['neither pairs nor rows', {}, ''],
    ['pairs and rows', { ...pairWith({}), ...rowWith({}) }, ''],
    ['no pairs', { pairs: [] }, '/pairs'],
    ['a pair without a rejected response', pairWith({ rejected: undefined }), `/pairs/${last}/rejected`],
    ['a reward that is text', pairWith({ chosen: { reward: '1' } }), `/pairs/${last}/chosen/reward`],
    ['a pair that cannot be measured', pairWith({ rejected: { reward: 1 } }), `/pairs/${last}/rejected`],
    ['an unknown field of a pair', pairWith({ label: 1 }), `/pairs/${last}/label`],
    [
      'two prompts in a pair',
      pairWith({
        chosen: { reward: 1, response: 'a', prompt: 'p' },
        rejected: { reward: 1, response: 'b', prompt: 'q' },
      }),
      `/pairs/${last}/rejected/prompt`,
    ],
    [
      'a negative length',
      pairWith({ chosen: { reward: 1, characteristics: { chars: -1 } } }),
      `/pairs/${last}/chosen/characteristics/chars`,
    ],
    [
      'a lone surrogate',
      pairWith({ chosen: { reward: 1, response: '\ud800' } }),
      `/pairs/${last}/chosen/response`,
    ],
    ['a row with two scores', rowWith({ scores_chosen: [1, 2] }), `/rows/${last}/scores_chosen`],
    ['a row with no score', rowWith({ scores_rejected: [] }), `/rows/${last}/scores_rejected`],
    ['a row whose score is null', rowWith({ scores_rejected: [null] }), `/rows/${last}/scores_rejected`],
    ['a row without length', rowWith({ characteristics_rejected: undefined }), `/rows/${last}`],
    [
      'a row without a characteristic that only callers measure',
      { ...rowWith({}), characteristics: [{ name: 'tokens' }] },
      '/rows/0/characteristics_chosen/tokens',
    ],
    [
      'a row with a lone surrogate',
      rowWith({ text_rejected: 'secret text\udc00' }),
      `/rows/${last}/text_rejected`,
    ],
    [
      'a subset that the protocol does not know',
      { ...rowWith({ subset: 'secret text' }), protocol: 'reward-bench' },
      `/rows/${last}/subset`,
    ],
    ['no subset under the protocol', { ...pairWith({}), protocol: 'reward-bench' }, '/pairs/0/subset'],
    ['an unknown protocol', { ...pairWith({}), protocol: 'reward-bench-3' }, '/protocol'],
    ['pairs under the protocol of completions', { ...pairWith({}), protocol: 'reward-bench-2' }, '/protocol'],
    ['ties that count twice', { ...pairWith({}), ties: 'double' }, '/ties'],
    ['too few resamples', { ...pairWith({}), bootstrap: { resamples: 10 } }, '/bootstrap/resamples'],
    ['half a seed', { ...pairWith({}), bootstrap: { seed: 0.5 } }, '/bootstrap/seed'],
    ['a version of no reward model', { ...pairWith({}), version: 1 }, '/reward_model'],
    ['a curve and settings', { ...pairWith({}), reward_model: rm, frac: 0.5 }, '/frac'],
    ['an unknown field', { ...pairWith({}), alpha: 1 }, '/alpha'],
  ];

  test.each(cases)('%s', async (_, payload, path) => {
    const { app } = shared;
    const { status, body } = await post(app, '/v1/evaluate', payload);
    expect([status, body.type]).toEqual([422, '/docs/errors#invalid-input']);
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(JSON.stringify(body)).not.toContain('secret text');
  });

  test('the missing text of a row is called as RewardBench calls it', async () => {
    const { app } = shared;
    const { body } = await post(app, '/v1/evaluate', rowWith({ characteristics_rejected: undefined }));
    expect(body.errors[0].message).toBe(
      'needs "text_rejected" (text) or a number in "characteristics_rejected.chars"',
    );
  });

  test('a reward that a curve makes overflow', async () => {
    const app = await startApp();
    const { rewards, chars } = biasedColumns(100);
    const columns = { rewards: rewards.map((reward) => 1e301 * (4 + reward / 10)), chars };
    await post(app, '/v1/fit', { reward_model: rm, columns });
    const huge = { reward: -1.7976931348623157e308, characteristics: { chars: 500 } };
    const { status, body } = await post(app, '/v1/evaluate', {
      reward_model: rm,
      ...pairWith({ rejected: huge }),
    });
    expect([status, body.errors[0].path]).toEqual([422, `/pairs/${last}/rejected/reward`]);
  });

  test('a reward that a curve of another strength makes overflow at full strength', async () => {
    const app = await startApp();
    const { rewards, chars } = biasedColumns(100);
    const columns = { rewards: rewards.map((reward) => 1e301 * (4 + reward / 10)), chars };
    const characteristics = [{ name: 'chars', alpha: 0 }];
    await post(app, '/v1/fit', { reward_model: rm, columns, characteristics });
    const huge = { reward: -1.7976931348623157e308, characteristics: { chars: 500 } };
    const { status, body } = await post(app, '/v1/evaluate', {
      reward_model: rm,
      ...pairWith({ rejected: huge }),
    });
    expect([status, body.errors[0].path]).toEqual([422, `/pairs/${last}/rejected/reward`]);
  });

  test('too few and too many pairs, another format, an empty body, parameters in the query string', async () => {
    const app = await startApp({ MAX_FIT_SAMPLES: '30' });
    expect((await post(app, '/v1/evaluate', { pairs: pairsOf(4) })).body.type).toBe(
      '/docs/errors#too-few-samples',
    );
    expect((await post(app, '/v1/evaluate', { pairs: pairsOf(16) })).body.type).toBe(
      '/docs/errors#too-many-samples',
    );
    const send = (type: string, payload: string, url = '/v1/evaluate') =>
      app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });
    expect((await send('application/vnd.apache.arrow.stream', 'x')).json().type).toBe(
      '/docs/errors#unsupported-format',
    );
    expect((await send('application/json', '')).json().type).toBe('/docs/errors#empty-body');
    expect((await send('application/json', '{}', '/v1/evaluate?ties=half')).statusCode).toBe(422);
  });
});
