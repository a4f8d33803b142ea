import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { MemoryStore } from '../../src/curves/stores/memory-store.js';
import { startFakeServer } from '../sidecar/fake-servers.js';
import { biasedColumns, workerUrl } from '../support/app.js';

const SECRET = 'attack at dawn';

test('prompts, responses and keys reach no log line, no metric and no error, whatever is sent', async () => {
  const lines: string[] = [];
  const logStream = { write: (line: string) => void lines.push(line) };
  const config = readConfig({ LOG_LEVEL: 'trace', API_KEYS: 'the-api-key' });
  const app = await buildApp(config, { store: new MemoryStore(), version: '0', workerUrl, logStream });
  onTestFinished(() => app.close());
  const answers: string[] = [];
  const send = async (payload: string, authorization = 'Bearer the-api-key') => {
    const headers = { 'content-type': 'application/json', authorization };
    answers.push((await app.inject({ method: 'POST', url: '/v1/calibrate', payload, headers })).body);
  };
  const headers = { authorization: 'Bearer the-api-key' };
  const payload = { reward_model: 'rm', columns: biasedColumns(50) };
  await app.inject({ method: 'POST', url: '/v1/fit', payload, headers });
  const row = `"prompt":"${SECRET}","response":"${SECRET}"`;
  await send(`{"reward_model":"rm","observe":true,"samples":[{${row},"reward":1}]}`);
  await send(`{"reward_model":"rm","samples":[{${row}}]}`);
  await send(`{"reward_model":"rm","samples":[{${row},"reward":"${SECRET}"}]}`);
  await send(`{"reward_model":"rm","samples":[{${row},"reward":1e999}]}`);
  await send(`{"reward_model":"rm","samples":[{"response":"${SECRET}\\ud800","reward":1}]}`);
  await send(`{"reward_model":"rm","samples":[{${row},"reward": ${SECRET}}]}`);
  await send(`{"reward_model":"rm","samples":[{${row},"reward":1`);
  await send(`{"reward_model":"rm","samples":[{${row},"reward":1}]}`, 'Bearer wrong');
  const metrics = (await app.inject('/metrics')).body;
  expect(answers).toHaveLength(8);
  expect(lines.length).toBeGreaterThan(5);
  for (const text of [...lines, ...answers, metrics]) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('the-api-key');
  }
});

test('nor do those of labels, ids included, and they are in no curve', async () => {
  const lines: string[] = [];
  const logStream = { write: (line: string) => void lines.push(line) };
  const store = new MemoryStore();
  const config = readConfig({ LOG_LEVEL: 'trace' });
  const app = await buildApp(config, { store, version: '0', workerUrl, logStream });
  onTestFinished(() => app.close());
  const send = async (url: string, payload: object | string, type = 'application/json') =>
    (await app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })).body;
  const samples = Array.from({ length: 40 }, (_, i) => ({
    prompt: `${SECRET} ${Math.floor(i / 2)}`,
    id: `${SECRET} ${i}`,
    response: SECRET.repeat(1 + ((i * 7) % 11)),
    reward: ((i * 7) % 11) / 5 + Math.sin(i * 5) / 2,
  }));
  await send('/v1/fit', { reward_model: 'rm', samples });
  const asked = JSON.parse(await send('/v1/disputed-pairs', { reward_model: 'rm', samples }));
  expect(asked.ask[0].left.id).toContain(SECRET);
  const labels = asked.ask.map(({ id }: { id: string }) => ({ id, preferred: 'left' }));
  const pairs = samples.slice(0, 20).map((chosen, i) => {
    const { prompt, ...rejected } = samples[i + 20] ?? chosen;
    return { chosen, rejected };
  });
  const [first] = samples;
  const ndjson = samples.map((sample) => JSON.stringify(sample)).join('\n');
  const answers = [
    asked.key,
    Buffer.from(asked.key, 'base64url').toString(),
    await send('/v1/verdict', { key: asked.key, labels }),
    await send('/v1/verdict', { key: asked.key, labels: [{ id: SECRET, preferred: 'left' }] }),
    await send('/v1/verdict', { key: SECRET, labels }),
    await send('/v1/verdict', { pairs }),
    await send('/v1/verdict', { pairs: [{ chosen: first, rejected: { ...first, id: 1.5 } }] }),
    await send('/v1/disputed-pairs', { samples: [...samples, first] }),
    await send('/v1/disputed-pairs', { samples: samples.map(({ prompt: _, ...sample }) => sample) }),
    await send(
      '/v1/disputed-pairs?reward_model=rm',
      `${ndjson}\n{"prompt":"${SECRET}"}`,
      'application/x-ndjson',
    ),
  ];
  const metrics = (await app.inject('/metrics')).body;
  const { histories } = await store.open();
  for (const text of [...lines, ...answers, metrics, JSON.stringify(histories)])
    expect(text).not.toContain(SECRET);
});

test('nor do those that go through the sidecar, whatever the upstream does with them', async () => {
  const lines: string[] = [];
  const logStream = { write: (line: string) => void lines.push(line) };
  const fake = await startFakeServer('openrlhf');
  onTestFinished(() => fake.close());
  const headers = { 'x-key': '$RM_TOKEN' };
  const UPSTREAMS = JSON.stringify([
    { name: 'rm', reward_model: 'rm', kind: 'openrlhf', url: fake.url, headers, retries: 0, timeout: 200 },
  ]);
  const config = readConfig({ LOG_LEVEL: 'trace', UPSTREAMS, RM_TOKEN: 'the-token' });
  const app = await buildApp(config, { store: new MemoryStore(), version: '0', workerUrl, logStream });
  onTestFinished(() => app.close());
  const answers: string[] = [];
  const bodies = {
    get_reward: { query: [SECRET], prompts: [SECRET], labels: [SECRET] },
    slime: { prompt: [{ role: 'user', content: SECRET }], response: SECRET, label: SECRET },
    classify: { input: [SECRET, 5] },
    predict: { inputs: [SECRET, SECRET] },
  };
  for (const knobs of [
    {},
    { status: 500 },
    { status: 400 },
    { fault: 'not-json' },
    { fault: 'hang' },
  ] as const) {
    fake.set(knobs);
    for (const [path, payload] of Object.entries(bodies))
      answers.push((await app.inject({ method: 'POST', url: `/sidecar/rm/${path}`, payload })).body);
  }
  expect(fake.requests[0]?.headers['x-key']).toBe('the-token');
  expect(lines.length).toBeGreaterThan(5);
  for (const text of [...lines, ...answers, (await app.inject('/metrics')).body]) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('the-token');
  }
});
