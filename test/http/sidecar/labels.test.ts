import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UPSTREAM_KINDS } from '../../../src/sidecar/upstream/upstream.js';
import { rewardOf } from '../../sidecar/fake-servers.js';
import { startSidecar } from '../../support/sidecar-app.js';

/** Any JSON, as it is after its way through text: JavaScript writes −0 as 0. */
const label = fc
  .jsonValue({ stringUnit: 'grapheme' })
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

describe('labels are whatever the data holds', () => {
  test('a list of any, or none for all: passed on to an OpenRLHF server as they are', async () => {
    const { ask, fake } = await startSidecar('openrlhf');
    const property = fc.asyncProperty(fc.array(label, { minLength: 1, maxLength: 5 }), async (labels) => {
      const query = labels.map((_, i) => `text ${i}`);
      const { status, body } = await ask('/get_reward', { query, labels });
      expect([status, body.rewards]).toEqual([200, query.map(rewardOf)]);
      expect(fake.requests.at(-1)?.body.labels).toEqual(labels);
    });
    await fc.assert(property, { numRuns: 60 });
    expect((await ask('/get_reward', { query: ['a'], labels: null })).status).toBe(200);
    expect(fake.requests.at(-1)?.body).not.toHaveProperty('labels');
  });

  test.each([42, 3.14, true, { tests: [1, 2] }, '', 'text', ['in a list'], [{ a: null }], null])(
    'a single query has a single label: %j',
    async (given) => {
      for (const kind of UPSTREAM_KINDS) {
        const { ask, fake } = await startSidecar(kind);
        expect([kind, (await ask('/get_reward', { query: 'a', labels: given })).status]).toEqual([kind, 200]);
        if (kind !== 'openrlhf') continue;
        const expected = given === null ? undefined : Array.isArray(given) ? given : [given];
        expect(fake.requests[0]?.body.labels).toEqual(expected);
      }
    },
  );

  test('slime: any JSON, none where there is none', async () => {
    const { ask, fake } = await startSidecar('openrlhf');
    const property = fc.asyncProperty(label, async (given) => {
      const { status } = await ask('/slime', { prompt: 'p', response: 'r', label: given });
      expect(status).toBe(200);
      expect(fake.requests.at(-1)?.body.labels).toEqual([given]);
    });
    await fc.assert(property, { numRuns: 40 });
    await ask('/slime', { prompt: 'p', response: 'r' });
    expect(fake.requests.at(-1)?.body).not.toHaveProperty('labels');
  });

  test.each([
    [['a', 'b'], ['x']],
    [
      ['a', 'b'],
      [1, 2, 3],
    ],
    [['a', 'b'], { a: 1 }],
    [['a', 'b'], 5],
    ['a', [{}, {}]],
    ['a', []],
    [['a'], []],
  ])('%j with %j, of another length, are refused', async (query, labels) => {
    const { ask, fake } = await startSidecar('openrlhf');
    const { status, body } = await ask('/get_reward', { query, labels });
    expect([status, body.errors[0].path]).toEqual([422, '/labels']);
    expect(fake.requests).toHaveLength(0);
  });

  test('of one request stay with its texts in a gathered batch', async () => {
    const upstream = { batch: { size: 64, wait: 50, concurrency: 1 } };
    const { ask, fake } = await startSidecar('openrlhf', { upstream, knobs: { latency: 30 } });
    const numbers = Array.from({ length: 30 }, (_, i) => i);
    await Promise.all(numbers.map((i) => ask('/get_reward', { query: [`${i}`], labels: [{ is: i }] })));
    const sent = fake.requests.flatMap(({ texts, body }) =>
      texts.map((text, i) => [Number(text), (body.labels as { is: number }[])[i]?.is]),
    );
    expect(sent.sort(([a = 0], [b = 0]) => a - b)).toEqual(numbers.map((i) => [i, i]));
  });
});

describe('null in messages is as if absent', () => {
  const text = 'What colour is it?';
  const messages: [string, object, string][] = [
    [
      'a part without text',
      {
        content: [
          { type: 'image', image: 'a.png' },
          { type: 'text', text },
        ],
      },
      text,
    ],
    [
      'a part of null text',
      {
        content: [
          { type: 'image', text: null },
          { type: 'text', text },
        ],
      },
      text,
    ],
    ['a part that is null', { content: [null, { type: 'text', text, image: null }, null] }, text],
    ['a part of no type', { content: [{ type: null, text }, {}] }, text],
    ['no content', { tool_calls: [{ function: { name: 'f' } }] }, ''],
    ['null content', { content: null, tool_calls: null, name: null }, ''],
    ['no parts', { content: [] }, ''],
  ];

  test.each(messages)('%s', async (_, message, expected) => {
    const { ask, fake } = await startSidecar('openrlhf');
    const prompt = [
      { role: 'user', content: 'Hi.' },
      { role: 'assistant', ...message },
    ];
    const answer = await ask('/slime?reward_key=r', { prompt, response: 'Blue.', label: null });
    expect(answer.status).toBe(200);
    expect(fake.requests[0]?.texts).toEqual([`Hi.\n\n${expected}\n\nBlue.`]);
    expect(answer.body.length).toBe(5);
  });

  test.each([
    [[{ role: 'user', content: 5 }]],
    [[{ role: 'user', content: [{ type: 'text', text: 5 }] }]],
    [[{ content: 'no role' }]],
    [[null]],
  ])('%j is refused', async (prompt) => {
    const { ask } = await startSidecar('openrlhf');
    const { status, body } = await ask('/slime', { prompt, response: 'r' });
    expect([status, body.errors[0].path.startsWith('/prompt')]).toEqual([422, true]);
  });
});
