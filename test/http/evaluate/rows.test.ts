import { describe, expect, test } from 'vitest';
import { post, shareApp } from '../../support/app.js';

const shared = shareApp();
const COUNT = 40;

/** Lengths and rewards that go up with them, exactly reproducible. */
const lengthOf = (i: number) => 10 + ((i * 7919) % 300);
const rewardOf = (i: number) => Math.log(lengthOf(i)) + Math.sin(i * 12.9898);
const textOf = (i: number) => 'é'.repeat(lengthOf(i));
const dialogue = (i: number) => [
  { role: 'system', content: null, tool_calls: null },
  { role: 'user', content: 'A question.' },
  { role: 'assistant', content: i % 2 === 0 ? textOf(i) : [{ type: 'text', text: textOf(i) }, null] },
];

type Sides = readonly [chosen: number, rejected: number];
const rowsBy = (fields: (sides: Sides) => object) =>
  Array.from({ length: COUNT }, (_, i) => fields([2 * i, 2 * i + 1]));
const plain = rowsBy(([chosen, rejected]) => ({
  scores_chosen: rewardOf(chosen),
  scores_rejected: rewardOf(rejected),
  characteristics_chosen: { chars: lengthOf(chosen) },
  characteristics_rejected: { chars: lengthOf(rejected) },
}));

describe('rows of RewardBench in all the forms that pipelines write give one answer', () => {
  test.each<[string, (row: object, sides: Sides) => object]>([
    [
      'text as messages',
      (row, [chosen, rejected]) => ({
        ...row,
        text_chosen: dialogue(chosen),
        text_rejected: dialogue(rejected),
        characteristics_chosen: null,
        characteristics_rejected: undefined,
      }),
    ],
    ['null beside lengths', (row) => ({ ...row, text_chosen: null, text_rejected: null, subset: null })],
    [
      'messages beside lengths, which win',
      (row) => ({ ...row, text_chosen: [{ role: 'user' }], text_rejected: [] }),
    ],
    [
      'scores in lists of one, nested',
      (row, [chosen, rejected]) => ({
        ...row,
        scores_chosen: [[rewardOf(chosen)]],
        scores_rejected: rejected % 4 === 1 ? [rewardOf(rejected)] : [[rewardOf(rejected)]],
      }),
    ],
  ])('%s', async (_, change) => {
    const { app } = shared;
    const rows = plain.map((row, i) => change(row, [2 * i, 2 * i + 1]));
    const [expected, given] = await Promise.all([
      post(app, '/v1/evaluate', { rows: plain }),
      post(app, '/v1/evaluate', { rows }),
    ]);
    expect([given.status, expected.status]).toEqual([200, 200]);
    for (const field of ['accuracy', 'correlations', 'preferences', 'label_preference', 'verdict'])
      expect(given.body[field]).toEqual(expected.body[field]);
  });

  test.each([
    ['two scores', { scores_chosen: [[1, 2]] }, '/rows/0/scores_chosen'],
    ['a score nested thrice', { scores_chosen: [[[1]]] }, '/rows/0/scores_chosen'],
    ['a dialogue that ends with the question', { text_chosen: dialogue(0).slice(0, 2) }, '/rows/0'],
    ['text that is a number', { text_chosen: 5 }, '/rows/0/text_chosen'],
    [
      'a lone surrogate',
      { text_chosen: [{ role: 'assistant', content: 'secret text\udc00' }] },
      '/rows/0/text_chosen',
    ],
  ])('but not %s', async (_, change, path) => {
    const [first, ...others] = plain;
    const rows = [{ ...first, characteristics_chosen: null, ...change }, ...others];
    const { status, body } = await post(shared.app, '/v1/evaluate', { rows });
    expect([status, body.errors[0].path]).toEqual([422, path]);
    expect(JSON.stringify(body)).not.toContain('secret text');
  });
});

test('a pair may name its prompt once, or with either response, but not two prompts', async () => {
  const { app } = shared;
  const pairsBy = (fields: (prompt: string) => { pair?: object; chosen?: object; rejected?: object }) =>
    Array.from({ length: COUNT }, (_, i) => {
      const { pair, chosen, rejected } = fields(`prompt ${i % 8}`);
      const side = (k: number) => ({ reward: rewardOf(k), characteristics: { chars: lengthOf(k) } });
      return {
        ...pair,
        chosen: { ...side(2 * i), ...chosen },
        rejected: { ...side(2 * i + 1), ...rejected },
      };
    });
  const [once, chosen, all] = await Promise.all(
    [
      pairsBy((prompt) => ({ pair: { prompt } })),
      pairsBy((prompt) => ({ chosen: { prompt } })),
      pairsBy((prompt) => ({ pair: { prompt }, chosen: { prompt }, rejected: { prompt } })),
    ].map(async (pairs) => (await post(app, '/v1/evaluate', { pairs })).body),
  );
  expect(once.accuracy).toEqual(chosen.accuracy);
  expect(all.accuracy).toEqual(chosen.accuracy);
  expect({ ...once.audit, fitted_at: null }).toEqual({ ...chosen.audit, fitted_at: null });
  const without = (await post(app, '/v1/evaluate', { pairs: pairsBy(() => ({})) })).body;
  expect(without.audit.probability).not.toBe(once.audit.probability);

  const two = pairsBy((prompt) => ({ pair: { prompt }, rejected: { prompt: 'another' } }));
  const { status, body } = await post(app, '/v1/evaluate', { pairs: two });
  expect([status, body.errors[0].path]).toEqual([422, '/pairs/0/rejected/prompt']);
});
