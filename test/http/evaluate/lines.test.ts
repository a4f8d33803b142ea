import { describe, expect, test } from 'vitest';
import { biasedColumns, post, shareApp, startApp } from '../../support/app.js';

const fit = (app: Parameters<typeof post>[0]) =>
  post(app, '/v1/fit', { reward_model: 'rm', columns: biasedColumns(200) });
const shared = shareApp(fit);
const url = '/v1/evaluate';

type App = typeof shared.app;
const send = async (app: App, lines: readonly unknown[], query = '') => {
  const payload = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const response = await app.inject({
    method: 'POST',
    url: `${url}${query}`,
    payload,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  return { status: response.statusCode, body: response.json() };
};

const { rewards, chars } = biasedColumns(4_000);
const side = (i: number) => ({ reward: rewards[i] ?? 0, characteristics: { chars: chars[i] ?? 0 } });
const pairs = Array.from({ length: 2_000 }, (_, i) => ({
  chosen: { ...side(2 * i), ...(i % 3 === 0 && { prompt: `prompt ${i % 40}` }) },
  rejected: side(2 * i + 1),
  subset: i % 2 === 0 ? 'math-prm' : 'alpacaeval-easy',
}));
const rows = pairs.map(({ chosen, rejected, subset }) => ({
  scores_chosen: chosen.reward,
  scores_rejected: rejected.reward,
  characteristics_chosen: chosen.characteristics,
  characteristics_rejected: rejected.characteristics,
  subset,
}));
const texts = pairs.slice(0, 50).map(({ chosen, rejected }, i) => ({
  prompt: `prompt ${i % 7}`,
  chosen: { reward: chosen.reward, response: 'é'.repeat(chosen.characteristics.chars) },
  rejected: { reward: rejected.reward, response: '🏆'.repeat(rejected.characteristics.chars) },
}));
const completions = pairs.slice(0, 200).map(({ chosen, rejected }, i) => ({
  subset: i % 2 === 0 ? 'Math' : 'Safety',
  scores: [chosen.reward, rejected.reward, i / 100],
  characteristics: { chars: [chosen.characteristics.chars, rejected.characteristics.chars, i] },
}));
const ties = ['ref:1', 'tied:1'].map((id, i) => ({
  id,
  subset: 'ties',
  num_correct: i + 1,
  scores: [3, 2, 1],
  characteristics: { chars: [50, 60, 70] },
}));

/** What differs from run to run. */
interface Answer {
  diagnostics: { fit_seconds: number };
  audit: object;
  [field: string]: unknown;
}

const lasting = ({ diagnostics: { fit_seconds: _, ...diagnostics }, audit, ...answer }: Answer) => ({
  ...answer,
  diagnostics,
  audit: { ...audit, fitted_at: null },
});

describe('lines give the answer of the same body in JSON', () => {
  test.each<[string, readonly object[], object, string]>([
    ['pairs', pairs, { pairs }, ''],
    ['pairs whose text is measured', texts, { pairs: texts }, ''],
    ['pairs, by a curve', pairs, { pairs, reward_model: 'rm' }, '?reward_model=rm'],
    [
      'pairs, with settings',
      pairs,
      {
        pairs,
        frac: 0.3,
        ties: 'wrong',
        bootstrap: { resamples: 200, seed: 5 },
        characteristics: [{ name: 'chars', alpha: 0.5 }],
      },
      '?frac=0.3&ties=wrong&resamples=200&seed=5&characteristics=chars:0.5',
    ],
    ['rows of RewardBench', rows, { rows, protocol: 'reward-bench' }, '?protocol=reward-bench'],
    [
      'rows of RewardBench 2',
      [...completions, ...ties],
      { rows: [...completions, ...ties], protocol: 'reward-bench-2' },
      '?protocol=reward-bench-2',
    ],
  ])('%s', async (_, lines, json, query) => {
    const { app } = shared;
    const [byLines, byJson] = await Promise.all([send(app, lines, query), post(app, url, json)]);
    expect([byLines.status, byJson.status]).toEqual([200, 200]);
    expect(lasting(byLines.body)).toEqual(lasting(byJson.body));
  });

  test('blank lines are none, and the last needs no end', async () => {
    const { app } = shared;
    const [spaced, plain] = [await send(app, ['', ...texts, '', '  ', '']), await send(app, texts)];
    expect(lasting(spaced.body)).toEqual(lasting(plain.body));
  });
});

describe('a wrong line refuses the whole, and is named', () => {
  const [good] = pairs;
  test.each<[string, readonly unknown[], string, number, string]>([
    ['is no JSON', [...pairs, '{'], '', 400, '/lines/2001'],
    ['is no JSON, as the first', ['{', ...pairs], '', 400, '/lines/1'],
    ['lacks a side', [...texts, '', { chosen: side(0) }], '', 422, '/lines/52/rejected'],
    ['has a field that is unknown', [...texts, { ...good, label: 1 }], '', 422, '/lines/51/label'],
    [
      'has two prompts',
      [{ ...texts[0], rejected: { ...side(0), prompt: 'x' } }],
      '',
      422,
      '/lines/1/rejected/prompt',
    ],
    ['cannot be measured', [...texts, { ...good, chosen: { reward: 1 } }], '', 422, '/lines/51/chosen'],
    [
      'has a negative length',
      [...texts, { ...good, chosen: { reward: 1, characteristics: { chars: -1 } } }],
      '',
      422,
      '/lines/51/chosen/characteristics/chars',
    ],
    ['is a row after pairs', [...texts, rows[0]], '', 422, '/lines/51/chosen'],
    [
      'is a row with two scores',
      [...rows, { ...rows[0], scores_chosen: [1, 2] }],
      '',
      422,
      '/lines/2001/scores_chosen',
    ],
    [
      'has no subset under the protocol',
      [...rows, '', { ...rows[0], subset: null }],
      '?protocol=reward-bench',
      422,
      '/lines/2002/subset',
    ],
    ['is of RewardBench 2', [...rows, completions[0]], '', 422, '/lines/2001/scores'],
    [
      'is of RewardBench',
      [...completions, rows[0]],
      '?protocol=reward-bench-2',
      422,
      '/lines/201/scores_chosen',
    ],
    [
      'has lists of other lengths',
      [...completions, { ...completions[0], text: [] }],
      '?protocol=reward-bench-2',
      422,
      '/lines/201/text',
    ],
    ['has an id that was there', [...ties, ties[0]], '?protocol=reward-bench-2', 422, '/lines/3/id'],
    [
      'is Ties without its counterpart',
      [...completions, '', ties[0]],
      '?protocol=reward-bench-2',
      422,
      '/lines/202/id',
    ],
  ])('that %s', async (_, lines, query, status, path) => {
    const answer = await send(shared.app, lines, query);
    expect([answer.status, answer.body.errors[0].path]).toEqual([status, path]);
  });

  test.each([
    [
      'a pair',
      texts[0],
      { chosen: side(1), rejected: { reward: -1.7976931348623157e308, characteristics: { chars: 500 } } },
      '',
      'rejected/reward',
    ],
    [
      'a row',
      rows[0],
      { ...rows[0], scores_rejected: -1.7976931348623157e308, characteristics_rejected: { chars: 500 } },
      '',
      'scores_rejected',
    ],
    [
      'a completion',
      completions[0],
      {
        ...completions[0],
        scores: [1, 0, -1.7976931348623157e308],
        characteristics: { chars: [500, 500, 500] },
      },
      '&protocol=reward-bench-2',
      'scores/2',
    ],
  ])('that a curve makes overflow: %s', async (_, first, huge, query, field) => {
    const app = await startApp();
    const given = biasedColumns(100);
    const columns = { rewards: given.rewards.map((reward) => 1e301 * (4 + reward / 10)), chars: given.chars };
    await post(app, '/v1/fit', { reward_model: 'rm', columns });
    const { status, body } = await send(app, ['', first, '', huge], `?reward_model=rm${query}`);
    expect([status, body.errors[0].path]).toEqual([422, `/lines/4/${field}`]);
  });
});

describe('lines are refused', () => {
  test.each<[string, string, string]>([
    ['with settings beside a curve', '?reward_model=rm&frac=0.3', '/frac'],
    ['with a version of no reward model', '?version=1', '/reward_model'],
    ['with an unknown protocol', '?protocol=other', '/protocol'],
    ['with few resamples', '?resamples=5', '/resamples'],
    ['with an unknown parameter', '?bootstrap=5', '/bootstrap'],
  ])('%s', async (_, query, path) => {
    const { status, body } = await send(shared.app, texts, query);
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });

  test('where there is none, or too many, or no curve', async () => {
    const app = await startApp({ MAX_FIT_SAMPLES: '30' });
    expect((await send(app, [])).body.type).toBe('/docs/errors#empty-body');
    expect((await send(app, ['', ''])).body.type).toBe('/docs/errors#empty-body');
    expect((await send(app, pairs.slice(0, 4))).body.type).toBe('/docs/errors#too-few-samples');
    expect((await send(app, pairs)).body.type).toBe('/docs/errors#too-many-samples');
    expect((await send(app, texts, '?reward_model=nobody')).body.type).toBe('/docs/errors#no-curve');
  });

  test('with more subsets than names are kept of', async () => {
    const named = Array.from({ length: 10_001 }, (_, i) => ({ ...pairs[0], subset: `subset ${i}` }));
    expect((await send(shared.app, named)).body.type).toBe('/docs/errors#too-many-samples');
  });
});
