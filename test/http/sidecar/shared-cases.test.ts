import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startTei, startVllm } from '../../support/real-defaults.js';
import { startSidecar } from '../../support/sidecar-app.js';

const FOLDER = new URL('../../../../shared/cases/', import.meta.url);
const isPresent = existsSync(FOLDER);
if (!isPresent)
  process.stdout.write(
    `skipped: ${FOLDER.pathname} is absent (requests from bug reports, not of the project)\n`,
  );

type Cases = Record<string, Record<string, unknown>>;

function casesOf(name: string): [string, Record<string, unknown>][] {
  return isPresent
    ? Object.entries(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Cases)
    : [['', {}]];
}

const read = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
/** The reward of a text, as the cases have it. */
const reward = (text: string) => Number(/R=(-?[\d.]+)/.exec(text)?.[1] ?? 0);

describe.skipIf(!isPresent)('requests from bug reports', () => {
  test.each(casesOf('vllm-requests.json'))('vLLM: %s', async (_, request) => {
    const texts = [request.input].flat() as string[];
    for (const [kind, path, field] of [
      ['vllm-pooling', '/pooling', 'data'],
      ['vllm-classify', '/classify', 'probs'],
    ] as const) {
      const server = await startVllm();
      const { ask } = await startSidecar(kind, { upstream: { url: server.url } });
      const { body } = await ask(path, request);
      expect(body.data.map((entry: Record<string, number[]>) => entry[field]?.at(-1))).toEqual(
        texts.map(reward),
      );
      const { model, ...others } = request;
      expect(server.bodies[0]).toMatchObject({ ...others, input: texts });
    }
  });

  test('text-embeddings-inference: a text that is too long', async () => {
    const server = await startTei();
    const { ask } = await startSidecar('tei-predict', { upstream: { url: server.url } });
    const request = { ...read('tei-truncate.json'), inputs: 'word '.repeat(100) };
    expect((await ask('/predict', request)).status).toBe(413);
    expect(server.bodies[0]).toMatchObject({ truncate: false, truncation_direction: 'left' });
  });

  test.each(casesOf('openrlhf-labels.json'))('OpenRLHF labels: %s', async (_, request) => {
    const { ask, fake } = await startSidecar('openrlhf', { knobs: { reward } });
    const { status, body } = await ask('/get_reward', request);
    expect([status, body.rewards]).toEqual([200, [1]]);
    expect(fake.requests[0]?.body.labels ?? null).toEqual(request.labels ?? null);
  });

  test.each(casesOf('slime-messages.json'))('slime: %s', async (_, request) => {
    const { ask, fake } = await startSidecar('openrlhf', { knobs: { reward } });
    const { status, body } = await ask('/slime', request);
    expect([status, body]).toEqual([200, reward(fake.requests[0]?.texts[0] ?? '')]);
    const label = fake.requests[0]?.body.labels as unknown[] | undefined;
    expect(label?.[0]).toEqual(request.label);
  });

  test.each(['openai-embeddings', 'vllm-classify', 'vllm-pooling'] as const)(
    'OpenAI, before %s',
    async (kind) => {
      const { ask } = await startSidecar(kind, { knobs: { reward } });
      const { status, body } = await ask('/v1/embeddings', read('openai-client.json'));
      const last = ({ embedding }: { embedding: string | number[] }) =>
        typeof embedding === 'string'
          ? Buffer.from(embedding, 'base64').subarray(-4).readFloatLE()
          : embedding.at(-1);
      expect([status, body.data.map(last)]).toEqual([200, [1.5, -0.25]]);
    },
  );
});
