import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { buildApp, type Dependencies } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { CurveStore } from '../../src/curves/stores/curve-store.js';
import { MemoryStore } from '../../src/curves/stores/memory-store.js';
import { RefusalLog } from './documented-problems.js';

/** A machine that is loaded by other tests is no overload of the service. */
export const UNHURRIED = { MAX_EVENT_LOOP_DELAY: '0' };

export const workerUrl = new URL('./fit-worker.mjs', import.meta.url);
export const plotWorkerUrl = new URL('./plot-worker.mjs', import.meta.url);

/** The log of a service whose test does not read it: there for its refusals, which must be documented. */
const REFUSALS = { LOG_LEVEL: 'warn' };

/**
 * The whole service in this process, from source, closed when the test ends. Every problem that it answers
 * must be in its OpenAPI document.
 */
export async function startApp(
  environment: Record<string, string> = {},
  store: CurveStore = new MemoryStore(),
  dependencies: Pick<
    Dependencies,
    'clock' | 'logStream' | 'pageFolder' | 'rehearses' | 'workerUrl' | 'plotWorkerUrl'
  > = {},
): Promise<FastifyInstance> {
  const config = readConfig({ ...REFUSALS, ...UNHURRIED, ...environment });
  const logStream = new RefusalLog();
  const app = await buildApp(config, {
    store,
    version: '0.0.0-test',
    workerUrl,
    plotWorkerUrl,
    logStream,
    ...dependencies,
  });
  onTestFinished(async () => {
    await app.close();
    expect(logStream.undocumented(app)).toEqual([]);
  });
  await app.ready();
  return app;
}

/** Length-biased samples as columns: reward = log(chars) plus a wave, exactly reproducible. */
export function biasedColumns(size: number): { rewards: number[]; chars: number[] } {
  const chars = Array.from({ length: size }, (_, i) => 20 + ((i * 7919) % 1_000));
  const rewards = chars.map((length, i) => Math.log(length) + Math.sin(i * 12.9898));
  return { rewards, chars };
}

/** Posts JSON and gives back status and parsed answer. */
export async function post(app: FastifyInstance, url: string, payload: unknown) {
  const response = await app.inject({ method: 'POST', url, payload: payload as object });
  return { status: response.statusCode, body: response.json(), headers: response.headers };
}

/** A service for all tests of a file, which must not change what others see. */
export function shareApp(prepare: (app: FastifyInstance) => Promise<unknown> = async () => undefined): {
  readonly app: FastifyInstance;
} {
  let shared: FastifyInstance | undefined;
  const logStream = new RefusalLog();
  beforeAll(async () => {
    const config = readConfig({ ...REFUSALS, ...UNHURRIED });
    shared = await buildApp(config, {
      store: new MemoryStore(),
      version: '0.0.0-test',
      workerUrl,
      plotWorkerUrl,
      logStream,
    });
    await shared.ready();
    await prepare(shared);
  });
  afterAll(async () => {
    await shared?.close();
    if (shared !== undefined) expect(logStream.undocumented(shared)).toEqual([]);
  });
  return {
    get app() {
      if (shared === undefined) throw new Error('the shared service is there once tests run');
      return shared;
    },
  };
}

/** Has a service hold the curves of these fits; only the first of a file fits them. */
export function fittedOnce(rewardModel: string, fits: readonly object[]) {
  const exported: object[] = [];
  return async (app: FastifyInstance): Promise<void> => {
    for (const [i, fit] of fits.entries()) {
      if (exported[i] !== undefined) {
        const { statusCode, body } = await app.inject({
          method: 'PUT',
          url: '/v1/curves',
          payload: exported[i],
        });
        if (statusCode !== 200) throw new Error(body);
        continue;
      }
      await post(app, '/v1/fit', { reward_model: rewardModel, ...fit });
      const { versions } = (
        await app.inject({ url: '/v1/curves', query: { reward_model: rewardModel } })
      ).json();
      const version = String(versions.at(-1).version);
      exported[i] = (
        await app.inject({ url: '/v1/curves', query: { reward_model: rewardModel, version } })
      ).json();
    }
  };
}
