import { readFile } from 'node:fs/promises';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { generateDocument } from '../openapi/generate.js';
import { startFakeServer } from './sidecar/fake-servers.js';
import { startApp } from './support/app.js';

const FILE = new URL('../openapi/openapi.json', import.meta.url);
const committed = await readFile(FILE, 'utf8');
const document = JSON.parse(committed);

const examplesOf = (name: string): object[] => document.components.schemas[name].examples;

describe('openapi/openapi.json', () => {
  test('is what the code generates (npm run openapi)', async () => {
    expect(committed).toBe(await generateDocument());
  });

  test('lints clean with Redocly', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      // Health and metrics take no input that could be refused.
      rules: { 'operation-4xx-response': 'off' },
    });
    const problems = await lintFromString({ source: committed, absoluteRef: FILE.pathname, config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
  });

  test('describes every response in words of its own, and lists the codes of every problem', () => {
    const responses = operations().flatMap(([name, { responses }]) =>
      Object.entries(responses).map(([status, response]) => ({ name: `${name} ${status}`, ...response })),
    );
    const undescribed = responses.filter(
      ({ description }) => !description || description === 'Default Response',
    );
    expect(undescribed.map(({ name }) => name)).toEqual([]);
    const problems = responses.filter(({ content }) => 'application/problem+json' in content);
    expect(problems.length).toBeGreaterThan(50);
    expect(
      problems.filter(({ description }) => !/Codes: `[a-z]/.test(description)).map(({ name }) => name),
    ).toEqual([]);
  });

  test('asks for a key where one is asked, and says nothing of the integers of JavaScript', () => {
    const asking = operations().filter(([, { security }]) => security?.some((scheme) => 'apiKey' in scheme));
    const guarded = operations().filter(([name]) => / \/(v1|sidecar)\//.test(name));
    expect(asking.map(([name]) => name)).toEqual(guarded.map(([name]) => name));
    expect(document.security).toEqual([]);
    expect(committed).not.toContain(String(Number.MAX_SAFE_INTEGER));
  });

  test('asks for a key without a way around it where keys are configured', async () => {
    const app = await startApp({ API_KEYS: 'key' });
    const { paths } = (await app.inject('/openapi.json')).json();
    expect(paths['/v1/curves'].get.security).toEqual([{ apiKey: [] }]);
    expect(paths['/health/live'].get.security).toBeUndefined();
  });

  test('every request schema has examples, and the service accepts every one of them', async () => {
    const upstream = await startFakeServer('openrlhf');
    onTestFinished(() => upstream.close());
    const app = await startApp({
      UPSTREAMS: JSON.stringify([
        { name: 'reward-model', reward_model: 'org/reward-model', kind: 'openrlhf', url: upstream.url },
      ]),
    });
    const sent = new Set<string>();
    const send = async (method: 'POST' | 'PUT', url: string, payload: object) => {
      const response = await app.inject({ method, url: url.replace('{upstream}', 'reward-model'), payload });
      expect(response.statusCode, `${method} ${url} ${response.body}`).toBe(200);
      sent.add(`${method} ${url}`);
      return response.json();
    };
    for (const example of examplesOf('FitRequest')) await send('POST', '/v1/fit', example);
    for (const example of examplesOf('FitCalibrateRequest')) await send('POST', '/v1/fit-calibrate', example);
    for (const example of examplesOf('EvaluateRequest')) await send('POST', '/v1/evaluate', example);
    for (const example of examplesOf('EvaluateRewardBench2Request'))
      await send('POST', '/v1/evaluate', example);
    for (const example of examplesOf('DisputedPairsRequest'))
      await send('POST', '/v1/disputed-pairs', example);
    for (const example of examplesOf('VerdictRequest')) await send('POST', '/v1/verdict', example);
    for (const example of examplesOf('LeaderboardRequest')) await send('POST', '/v1/leaderboard', example);
    for (const example of examplesOf('CalibrateRequest')) await send('POST', '/v1/calibrate', example);
    for (const example of examplesOf('PreferencePairsRequest'))
      await send('POST', '/v1/preference-pairs', example);
    for (const example of examplesOf('RefitRequest')) await send('POST', '/v1/refit', example);
    for (const example of examplesOf('RollbackRequest')) await send('POST', '/v1/curves/rollback', example);
    for (const example of examplesOf('Audit')) await send('PUT', '/v1/curves/audit', example);
    for (const example of examplesOf('CurveDocument')) await send('PUT', '/v1/curves', example);
    for (const example of examplesOf('EnsembleRequest')) await send('POST', '/v1/calibrate', example);
    for (const example of examplesOf('StrengthRequest')) await send('POST', '/v1/curves/strength', example);
    await readAndDelete(app);
    await askSidecar(send);
    expect([...sent].sort()).toEqual(operationsWithBody());
  });
});

/** The routes of the sidecar, which need an upstream. */
async function askSidecar(send: (method: 'POST', url: string, payload: object) => Promise<unknown>) {
  const routes = {
    get_reward: 'OpenrlhfRewardRequest',
    slime: 'SlimeRewardRequest',
    classify: 'ClassifyRequest',
    'v1/classify': 'OpenaiClassifyRequest',
    pooling: 'PoolingRequest',
    'v1/embeddings': 'EmbeddingsRequest',
    predict: 'PredictRequest',
  };
  for (const [route, schema] of Object.entries(routes)) {
    for (const example of examplesOf(schema)) await send('POST', `/sidecar/{upstream}/${route}`, example);
  }
}

/** The routes without a body, with the parameter examples of the document. */
async function readAndDelete(app: FastifyInstance): Promise<void> {
  const { parameters } = document.paths['/v1/curves'].get;
  const query = Object.fromEntries(
    parameters.map(({ name, example }: { name: string; example: unknown }) => [name, example]),
  );
  const requests = [
    ...['/health/live', '/health/ready', '/metrics'].map((url) => ({ url })),
    { url: '/v1/curves' },
    { url: '/v1/curves', query: { reward_model: query.reward_model } },
    { url: '/v1/curves', query },
    { url: '/v1/curves/plot', query },
    { url: '/v1/curves/density', query },
    { url: '/v1/activity' },
    { method: 'DELETE' as const, url: '/v1/curves/audit', query },
    { method: 'DELETE' as const, url: '/v1/curves', query },
    { method: 'DELETE' as const, url: '/v1/curves', query: { reward_model: query.reward_model } },
  ];
  for (const request of requests) {
    const response = await app.inject(request);
    expect(response.statusCode, `${JSON.stringify(request)} ${response.body}`).toBe(200);
  }
  const covered = new Set(requests.filter((request) => !('method' in request)).map(({ url }) => url));
  const reading = Object.keys(document.paths).filter((path) => 'get' in document.paths[path]);
  expect([...covered].sort()).toEqual(reading.sort());
}

/** The operations of the document, as far as these tests read them. */
interface Operation {
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, { description: string; content: object }>>;
}

function operations(): [name: string, Operation][] {
  return Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );
}

function operationsWithBody(): string[] {
  return Object.entries<Record<string, { requestBody?: unknown }>>(document.paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, operation]) => operation.requestBody)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    .sort();
}
