import { describe, expect, test } from 'vitest';
import { biasedColumns, post, shareApp, startApp } from '../../support/app.js';

const shared = shareApp((app) => post(app, '/v1/fit', { reward_model: 'rm', columns: biasedColumns(200) }));
const url = '/v1/leaderboard';

const send = async (app: typeof shared.app, lines: readonly unknown[], query: string) => {
  const payload = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await app.inject({ method: 'POST', url: `${url}${query}`, payload, headers });
  return { status: response.statusCode, body: response.json() };
};

const { rewards, chars } = biasedColumns(1_500);
const NAMES = ['plain', 'plain_concise', 'plain_verbose'];
const outputs = rewards.map((reward, i) => ({
  generator: NAMES[i % 3] ?? '',
  prompt_id: Math.floor(i / 3),
  reward,
  characteristics: { chars: chars[i] ?? 0 },
}));
const baseline = Array.from({ length: 500 }, (_, prompt_id) => ({
  prompt_id,
  reward: prompt_id % 7,
  characteristics: { chars: 300 + prompt_id },
}));
const baselineLines = baseline.map((row) => ({ generator: 'base', ...row }));
/** Outputs and baselines in no order. */
const mixed = [...outputs, ...baselineLines].map((line, i) => ({ line, key: (i * 7919) % 2_003 }));
const lines = mixed.sort((a, b) => a.key - b.key).map(({ line }) => line);

interface Answer {
  diagnostics: { fit_seconds: number };
  [field: string]: unknown;
}

const lasting = ({ diagnostics: { fit_seconds: _, ...diagnostics }, ...answer }: Answer) => ({
  ...answer,
  diagnostics,
});
/** In the order of the lines: sums of floating-point numbers depend on it. */
const json = {
  outputs: lines.filter(({ generator }) => generator !== 'base'),
  baseline: lines.filter(({ generator }) => generator === 'base').map(({ generator: _, ...row }) => row),
};

describe('lines give the answer of the same body in JSON', () => {
  test.each<[string, object, string]>([
    ['with a fit', {}, ''],
    [
      'with settings',
      { estimator: 'mean', ratio: 8, min_samples: 10 },
      '&estimator=mean&ratio=8&min_samples=10',
    ],
    ['with a curve', { reward_model: 'rm', version: 1 }, '&reward_model=rm&version=1'],
    [
      'with other variants',
      { variants: { concise: '_verbose', verbose: '_concise' } },
      '&concise=_verbose&verbose=_concise',
    ],
    ['with one other variant', { variants: { concise: '_short' } }, '&concise=_short'],
  ])('%s', async (_, settings, query) => {
    const { app } = shared;
    const [byLines, byJson] = await Promise.all([
      send(app, lines, `?baseline=base${query}`),
      post(app, url, { ...json, ...settings }),
    ]);
    expect([byLines.status, byJson.status]).toEqual([200, 200]);
    expect(lasting(byLines.body)).toEqual(lasting(byJson.body));
  });

  test('text is measured, and a baseline without a reward is at 0', async () => {
    const texts = lines.slice(0, 400).map(({ characteristics, ...line }) => ({
      ...line,
      response: '🏆'.repeat(characteristics.chars),
    }));
    const base = baseline.map(({ reward: _, ...row }) => row);
    const sent = [
      ...base.map((row) => ({ generator: 'base', ...row })),
      ...texts.filter(({ generator }) => generator !== 'base'),
    ];
    const byJson = await post(shared.app, url, {
      outputs: json.outputs.slice(0, sent.length - base.length),
      baseline: base,
    });
    const byLines = await send(shared.app, sent, '?baseline=base');
    expect(lasting(byLines.body)).toEqual(lasting(byJson.body));
  });

  test('prompts are named by themselves where they have no id, in lines and in JSON', async () => {
    const { app } = shared;
    const byPrompt = <Line extends { prompt_id: number }>({ prompt_id: id, ...line }: Line) => ({
      ...line,
      prompt: `What is ${id}?`,
    });
    const expected = lasting((await post(app, url, json)).body);
    expect(lasting((await send(app, lines.map(byPrompt), '?baseline=base')).body)).toEqual(expected);
    const named = { outputs: json.outputs.map(byPrompt), baseline: json.baseline.map(byPrompt) };
    expect(lasting((await post(app, url, named)).body)).toEqual(expected);
    // Beside an id the prompt says nothing.
    const both = lines.map((line, i) => ({ ...line, prompt: `${i}` }));
    expect(lasting((await send(app, both, '?baseline=base')).body)).toEqual(expected);
  });

  test('1 and "1" are different prompts', async () => {
    const two = [1, '1'].map((prompt_id) => ({ ...baseline[0], prompt_id, generator: 'base' }));
    const many = json.outputs
      .slice(0, 20)
      .map((line, i) => ({ ...line, generator: `g${i >> 1}`, prompt_id: i % 2 === 0 ? 1 : '1' }));
    expect((await send(shared.app, [...two, ...many], '?baseline=base')).status).toBe(200);
    const third = { ...two[0], prompt_id: '1' };
    expect((await send(shared.app, [...two, third, ...many], '?baseline=base')).body.errors[0].path).toBe(
      '/lines/3',
    );
  });
});

describe('a wrong line refuses the whole, and is named', () => {
  const [first] = json.outputs;
  const last = `/lines/${lines.length + 2}`;
  test.each<[string, unknown, number, string]>([
    ['is no JSON', '{', 400, last],
    ['has no generator', { ...first, generator: undefined }, 422, `${last}/generator`],
    ['has no reward', { ...first, generator: 'new', reward: undefined }, 422, `${last}/reward`],
    ['names no prompt', { ...first, prompt_id: undefined }, 422, `${last}/prompt_id`],
    ['is there twice', first, 422, last],
    ['is a second baseline', baselineLines[0], 422, last],
    ['has no baseline', { ...first, prompt_id: 'secret text' }, 422, last],
    ['cannot be measured', { ...first, generator: 'new', characteristics: {} }, 422, last],
    ['has a lone surrogate', { ...first, prompt: 'secret text\ud800' }, 422, `${last}/prompt`],
    ['has a reference', { ...first, reference: 1 }, 422, `${last}/reference`],
  ])('that %s', async (_, line, status, path) => {
    const { app } = shared;
    const answer = await send(app, [...lines, '', line], '?baseline=base&reward_model=rm');
    expect([answer.status, answer.body.errors[0].path]).toEqual([status, path]);
    expect(JSON.stringify(answer.body)).not.toContain('secret text');
  });
});

test('an output that a curve makes overflow is named, and so is a baseline', async () => {
  const app = await startApp();
  const { rewards: given, chars: lengths } = biasedColumns(100);
  const columns = { rewards: given.map((reward) => 1e301 * (4 + reward / 10)), chars: lengths };
  await post(app, '/v1/fit', { reward_model: 'rm', columns });
  const huge = { prompt_id: 1, reward: -1.7976931348623157e308, characteristics: { chars: 500 } };
  for (const [output, base, number] of [
    [huge, baseline[1], 3],
    [baseline[1], huge, 2],
  ]) {
    const sent = ['', { generator: 'base', ...Object(base) }, { generator: 'new', ...Object(output) }];
    const { status, body } = await send(app, sent, '?baseline=base&reward_model=rm');
    expect([status, body.errors[0].path]).toEqual([422, `/lines/${number}/reward`]);
  }
});

describe('lines are refused', () => {
  test.each<[string, string, string]>([
    ['without a baseline', '', '/baseline'],
    ['with a baseline that has no line', '?baseline=nobody', '/baseline'],
    ['with settings beside a curve', '?baseline=base&reward_model=rm&frac=0.3', '/frac'],
    ['with variants that are the same', '?baseline=base&concise=_verbose', '/concise'],
    ['with a reference', '?baseline=base&reference=x', '/reference'],
  ])('%s', async (_, query, path) => {
    const { status, body } = await send(shared.app, lines, query);
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });

  test('where there are none, too many, or only baselines', async () => {
    const app = await startApp({ MAX_FIT_SAMPLES: '99' });
    expect((await send(app, [], '?baseline=base')).body.type).toBe('/docs/errors#empty-body');
    expect((await send(app, lines, '?baseline=base')).body.type).toBe('/docs/errors#too-many-samples');
    expect((await send(app, baselineLines.slice(0, 50), '?baseline=base')).status).toBe(422);
    const named = Array.from({ length: 10_001 }, (_, i) => ({ ...json.outputs[0], generator: `g${i}` }));
    expect((await send(shared.app, named, '?baseline=base')).body.type).toBe('/docs/errors#too-many-samples');
  });

  test('in JSON an output or a baseline that names no prompt is named', async () => {
    const { prompt_id: _, ...unnamed } = json.outputs[0] ?? { prompt_id: 0 };
    const { status, body } = await post(shared.app, url, { ...json, outputs: [unnamed] });
    expect([status, body.errors[0].path]).toEqual([422, '/outputs/0/prompt_id']);
    const lost = await post(shared.app, url, { ...json, outputs: [{ ...unnamed, prompt: 'lost' }] });
    expect(lost.body.errors[0].path).toBe('/outputs/0/prompt');
  });
});
