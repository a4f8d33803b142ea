import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluateAnswer } from '../../../src/http/evaluate/answer.js';
import { rewardBench2Examples } from '../../../src/http/schemas/examples.js';
import { biasedColumns, post, shareApp, startApp } from '../../support/app.js';

const shared = shareApp();
const url = '/v1/evaluate';
const protocol = 'reward-bench-2';

/** See test/calibration/evaluation/golden/reward-bench-2.py. */
const [golden] = JSON.parse(
  readFileSync(new URL('../../calibration/evaluation/golden/reward-bench-2.json', import.meta.url), 'utf8'),
);
interface Row {
  id: string;
  subset: string;
  num_correct: number;
  scores: number[];
}
const lengthOf = (row: number, item: number) => 20 + (((row * 31 + item) * 7919) % 1_000);
const charsOf = ({ scores }: Row, row: number) => ({ chars: scores.map((_, item) => lengthOf(row, item)) });
const rows: Row[] = golden.rows;
const measured = rows.map((row, i) => ({ ...row, characteristics: charsOf(row, i) }));

describe('RewardBench 2 through the API', () => {
  test('an answer is what its schema says, field by field', async () => {
    for (const example of rewardBench2Examples) {
      const { status, body } = await post(shared.app, url, example);
      expect(status).toBe(200);
      expect(evaluateAnswer.parse(body)).toEqual(body);
    }
  });

  test("raw scores are those of RewardBench's own functions, calibrated ones those of calibrated rewards", async () => {
    const app = await startApp();
    await post(app, '/v1/fit', { reward_model: 'rm', columns: biasedColumns(200) });
    const samples = measured.flatMap(({ scores, characteristics }) =>
      scores.map((reward, item) => ({ reward, characteristics: { chars: characteristics.chars[item] } })),
    );
    const { rewards } = (await post(app, '/v1/calibrate', { reward_model: 'rm', samples })).body;
    let next = 0;
    const calibrated = measured.map((row) => ({ ...row, scores: row.scores.map(() => rewards[next++]) }));
    const { status, body } = await post(app, url, { protocol, reward_model: 'rm', rows: measured });
    expect(status).toBe(200);
    const { reward_bench_2: score, pairs } = body;
    expect(score.raw).toBeCloseTo(golden.score, 12);
    for (const { name, raw } of score.subsets) expect(raw).toBeCloseTo(golden.subsets[name], 12);
    const again = await post(app, url, { protocol, reward_model: 'rm', rows: calibrated });
    expect(score.calibrated).toBeCloseTo(again.body.reward_bench_2.raw, 12);
    expect(score.ties.calibrated.score).toBeCloseTo(again.body.reward_bench_2.ties.raw.score, 12);
    expect(score.missing_subsets).toEqual([]);
    const made = rows.reduce((sum, row) => sum + row.num_correct * (row.scores.length - row.num_correct), 0);
    expect(pairs).toBe(made);
    expect(body.verdict.explanation).toContain('a right and a wrong completion of one row');
  });

  test('every completion is fitted once, and rows count alike in the accuracy of pairs', async () => {
    const { body } = await post(shared.app, url, { protocol, rows: measured });
    const samples = measured.flatMap(({ scores, characteristics }, row) =>
      scores.map((reward, i) => ({
        prompt: `${row}`,
        reward,
        characteristics: { chars: characteristics.chars[i] },
      })),
    );
    const fit = await post(await startApp(), '/v1/fit', { reward_model: 'rm', samples });
    expect(body.characteristics[0].knots).toBe(fit.body.characteristics[0].knots);
    expect(body.correlations.spearman).toEqual(fit.body.diagnostics.spearman);
    const shares = rows.map(({ scores, num_correct: correct }) => {
      const wrong = scores.slice(correct);
      const won = scores
        .slice(0, correct)
        .flatMap((right) => wrong.map((other): number => (right > other ? 1 : right === other ? 0.5 : 0)));
      return won.reduce((sum, credit) => sum + credit, 0) / won.length;
    });
    expect(body.accuracy.raw).toBeCloseTo(shares.reduce((sum, share) => sum + share, 0) / rows.length, 12);
    expect(body.accuracy.out_of_sample).not.toBe(null);
  });

  test.each([
    { estimator: 'mean', ratio: 4, min_samples: 5 },
    { estimator: 'lwr-within' },
    { characteristics: [{ name: 'chars', alpha: 'auto' }] },
  ])('every setting of a fit goes with it: %j', async (settings) => {
    const { status, body } = await post(shared.app, url, { protocol, ...settings, rows: measured });
    expect(status).toBe(200);
    expect(evaluateAnswer.parse(body)).toEqual(body);
  });

  // Whether the body is read here or in a worker.
  test.each([1, 40])('text is measured, as text and as messages: long by %d', async (times) => {
    const text = ({ scores }: Row, row: number) =>
      scores.map((_, item) => {
        const said = 'é'.repeat(times * (lengthOf(row, item) % 100));
        return item % 2 === 0
          ? said
          : [
              { role: 'user', content: 'q' },
              { role: 'assistant', content: said },
            ];
      });
    const numbers = rows.map((row, i) => ({
      ...row,
      characteristics: { chars: row.scores.map((_, item) => times * (lengthOf(i, item) % 100)) },
    }));
    const [fromText, fromNumbers] = await Promise.all([
      post(shared.app, url, { protocol, rows: rows.map((row, i) => ({ ...row, text: text(row, i) })) }),
      post(shared.app, url, { protocol, rows: numbers }),
    ]);
    expect(fromText.status).toBe(200);
    expect(fromText.body.reward_bench_2).toEqual(fromNumbers.body.reward_bench_2);
  });
});

const best = { subset: 'Math', scores: [1, 0, 0], characteristics: { chars: [1, 2, 3] } };
const tied = { ...best, subset: 'Ties', id: 'tied:7', num_correct: 2 };
const whole = [...measured, best, { ...tied, id: 'tied:77' }, { ...tied, id: 'ref:77', num_correct: 1 }];

describe('a row of RewardBench 2 that is wrong is refused, naming the place', () => {
  const at = `/rows/${whole.length}`;
  test.each<[string, object, string]>([
    ['one completion', { ...best, scores: [1], characteristics: { chars: [1] } }, '/scores'],
    ['a score that is text', { ...best, scores: [1, '0', 0] }, '/scores/1'],
    ['a score that is null', { ...best, scores: [1, null, 0] }, '/scores/1'],
    ['no subset', { ...best, subset: undefined }, '/subset'],
    ['a subset of RewardBench', { ...best, subset: 'math-prm' }, '/subset'],
    ['several right completions outside Ties', { ...best, num_correct: 2 }, '/num_correct'],
    ['another number of completions', { ...best, total_completions: 4 }, '/total_completions'],
    ['too little text', { ...best, text: ['a', 'b'] }, '/text'],
    ['too many lengths', { ...best, characteristics: { chars: [1, 2, 3, 4] } }, '/characteristics/chars'],
    ['a negative length', { ...best, characteristics: { chars: [1, -2, 3] } }, '/characteristics/chars/1'],
    ['a completion without length', { ...best, characteristics: null, text: ['a', null, 'c'] }, '/text/1'],
    ['a lone surrogate', { ...best, text: ['a', 'secret text\ud800', 'c'] }, '/text/1'],
    ['Ties without an id', { ...tied, id: undefined }, '/id'],
    ['Ties with an id of another form', { ...tied, id: 'secret text' }, '/id'],
    ['Ties without num_correct', { ...tied, num_correct: null }, '/num_correct'],
    ['Ties where all are right', { ...tied, num_correct: 3 }, '/num_correct'],
    ['a tied row with one right completion', { ...tied, num_correct: 1 }, '/num_correct'],
    ['an id given twice', { ...tied, id: 'tied:77' }, '/id'],
    ['a row of RewardBench', { scores_chosen: 1, scores_rejected: 0 }, '/scores_chosen'],
  ])('%s', async (_, row, path) => {
    const { status, body } = await post(shared.app, url, { protocol, rows: [...whole, row] });
    expect([status, body.type]).toEqual([422, '/docs/errors#invalid-input']);
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual([at + path]);
    expect(JSON.stringify(body)).not.toContain('secret text');
  });

  test.each([url, '/v1/verdict'])(
    'a row of RewardBench 2 without its protocol: one sentence, from %s',
    async (to) => {
      const { status, body } = await post(shared.app, to, { rows: measured });
      expect([status, body.errors]).toEqual([
        422,
        [
          {
            path: '/rows/0/scores',
            message:
              'makes this a row of RewardBench 2, which /v1/evaluate takes with "protocol": "reward-bench-2"',
          },
        ],
      ]);
    },
  );

  test('Ties without a prompt that has both rows has no score', async () => {
    const alone = measured.filter(({ subset, id }) => subset !== 'Ties' || id.startsWith('tied:'));
    const { status, body } = await post(shared.app, url, { protocol, rows: alone });
    expect(status).toBe(422);
    expect(body.errors[0].path).toMatch(/^\/rows\/\d+\/id$/);
  });

  test('too many completions, or pairs that they make', async () => {
    const app = await startApp({ MAX_FIT_SAMPLES: '30' });
    const row = {
      ...tied,
      scores: Array(20).fill(1),
      num_correct: 10,
      characteristics: { chars: Array(20).fill(1) },
    };
    const { status, body } = await post(app, url, { protocol, rows: [row, { ...row, id: 'ref:7' }] });
    expect([status, body.type]).toEqual([422, '/docs/errors#too-many-samples']);
  });

  test('a reward that a curve makes overflow', async () => {
    const app = await startApp();
    const { rewards, chars } = biasedColumns(100);
    const columns = { rewards: rewards.map((reward) => 1e301 * (4 + reward / 10)), chars };
    await post(app, '/v1/fit', { reward_model: 'rm', columns });
    const huge = {
      ...best,
      scores: [0, 0, -1.7976931348623157e308],
      characteristics: { chars: [500, 500, 500] },
    };
    const { status, body } = await post(app, url, { protocol, reward_model: 'rm', rows: [best, huge] });
    expect([status, body.errors[0].path]).toEqual([422, '/rows/1/scores/2']);
  });
});
