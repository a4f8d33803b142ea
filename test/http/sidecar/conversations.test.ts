import { describe, expect, test } from 'vitest';
import { rewardOf } from '../../sidecar/fake-servers.js';
import { SLOPE, startSidecar } from '../../support/sidecar-app.js';

const asked = [
  { role: 'system', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'Which city?' },
      { type: 'image_url', text: null },
    ],
  },
];
const answered = [...asked, { role: 'assistant', content: 'Rome 👋.' }];

describe.each([
  ['/classify', 'vllm-classify', 'probs'],
  ['/pooling', 'vllm-pooling', 'data'],
] as const)('a conversation on %s', (path, kind, field) => {
  test('reaches the server as it came, and what the assistant says last is measured', async () => {
    const sidecar = await startSidecar(kind);
    await sidecar.importLine();
    const conversations = [
      { messages: answered, chars: 7 },
      {
        messages: [...answered, { role: 'user', content: 'And?' }, { role: 'assistant', content: 'No' }],
        chars: 2,
      },
      {
        messages: [
          ...asked,
          { role: 'assistant', content: null, tool_calls: [{ function: { name: 'map' } }] },
          { role: 'tool', content: 'x'.repeat(500) },
          { role: 'assistant', content: 'Rome.' },
        ],
        chars: 5,
      },
    ];
    for (const { messages, chars } of conversations) {
      const answer = await sidecar.ask(path, { messages, add_generation_prompt: false });
      const reward = rewardOf(JSON.stringify(messages)) - SLOPE * chars;
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      expect([answer.body.data.length, answer.body.data[0][field].at(-1)]).toEqual([1, reward]);
      expect(answer.headers.get('x-response-rule')).toBe('given');
      const seen = sidecar.fake.requests.at(-1)?.body;
      expect(seen).toMatchObject({ messages, add_generation_prompt: false, use_activation: false });
      expect(seen).not.toHaveProperty('input');
    }
  });

  test('never shares a request, not even with the same one', async () => {
    const sidecar = await startSidecar(kind, { knobs: { latency: 30 } });
    const messages = answered;
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        sidecar.ask(path, i % 3 === 0 ? { input: `text ${i}` } : { messages }),
      ),
    );
    const expected = (i: number) => rewardOf(i % 3 === 0 ? `text ${i}` : JSON.stringify(messages));
    expect(answers.map(({ body }) => body.data[0][field].at(-1))).toEqual(answers.map((_, i) => expected(i)));
  });

  test.each([
    ['without a response', { messages: asked }, '/messages'],
    ['beside texts', { messages: answered, input: 'a' }, ''],
    [
      'with a lone surrogate',
      { messages: [...asked, { role: 'assistant', content: '\ud800' }] },
      '/messages',
    ],
    ['of messages without a role', { messages: [{ content: 'a' }] }, '/messages/0/role'],
    ['of nothing', { messages: [] }, '/messages'],
  ])('%s is refused with its place', async (_, body, place) => {
    const sidecar = await startSidecar(kind);
    const answer = await sidecar.ask(path, body);
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, place]);
    expect(sidecar.fake.requests).toEqual([]);
  });

  test('is refused before a server without a chat template of its own', async () => {
    const sidecar = await startSidecar('sglang-classify', { upstream: { unknown_fields: 'ignore' } });
    const answer = await sidecar.ask(path, { messages: answered });
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, '/messages']);
    expect(answer.body.detail).toContain(kind);
  });
});
