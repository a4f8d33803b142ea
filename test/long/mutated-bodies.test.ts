import { setTimeout as sleep } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { startFakeServer } from '../sidecar/fake-servers.js';
import { FITTED, postJson, startFitted } from '../support/server-process.js';
import { type Seed, seedsOf } from './body-seeds.js';
import { mutate } from './mutate.js';

const BODIES = 20_000;
const AT_ONCE = 8;
const SEED = 20_261_127;
const POLL_MILLISECONDS = 20;

test(`${BODIES} mutated bodies over every route that takes one: no crash, no 5xx but 503, live all along`, async () => {
  const upstream = await startFakeServer('openrlhf');
  const server = await startFitted({
    UPSTREAMS: JSON.stringify([{ name: 'rm', reward_model: FITTED, kind: 'openrlhf', url: upstream.url }]),
  });
  const seeds = seedsOf('rm');
  const routes = new Set(seeds.map(({ method, path }) => `${method} ${path.split('?')[0]}`));
  const generator = xoroshiro128plus(SEED);
  const random = (bound: number) => uniformInt(generator, 0, bound - 1);
  const statuses = new Map<number, number>();
  const wrong: string[] = [];
  let sent = 0;

  const send = async (seed: Seed, body: Buffer): Promise<void> => {
    const { method, path, type } = seed;
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { 'content-type': type },
      body: new Uint8Array(body),
    });
    const answer = await response.text();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    const isRetryable = response.status === 503 && response.headers.has('retry-after');
    if (response.status >= 500 && !isRetryable)
      wrong.push(`${method} ${path} ${type}: ${response.status} ${answer.slice(0, 300)}`);
  };
  const worker = async (): Promise<void> => {
    while (sent < BODIES) {
      const seed = seeds[sent++ % seeds.length];
      if (seed !== undefined) await send(seed, mutate(seed.body, seed.type, random));
    }
  };

  let polls = 0;
  let polling = true;
  const watching = (async () => {
    for (; polling; polls++) {
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
      await sleep(POLL_MILLISECONDS);
    }
  })();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  polling = false;
  await watching;

  const table = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  process.stdout.write(`${sent} bodies, ${routes.size} routes, ${polls} polls; ${table.join(', ')}\n`);
  expect(wrong).toEqual([]);
  expect(routes.size).toBeGreaterThanOrEqual(16);
  expect(statuses.get(200)).toBeGreaterThan(BODIES / 100);
  expect(polls).toBeGreaterThan(100);
  // It still does its work, with the curve it had.
  const columns = { rewards: [1], chars: [100] };
  expect((await postJson(`${server.url}/v1/calibrate`, { reward_model: FITTED, columns })).status).toBe(200);
  expect(await server.stop('SIGTERM')).toBe(0);
});
