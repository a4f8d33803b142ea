import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { buildApp, type Dependencies } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { CurveStore } from '../../src/curves/stores/curve-store.js';
import { MemoryStore } from '../../src/curves/stores/memory-store.js';

/** A machine that is loaded by other tests is no overload of the service. */
export const UNHURRIED = { MAX_EVENT_LOOP_DELAY: '0' };

export const workerUrl = new URL('./fit-worker.mjs', import.meta.url);

/** The whole service in this process, from source, closed when the test ends. */
export async function startApp(
  environment: Record<string, string> = {},
  store: CurveStore = new MemoryStore(),
  dependencies: Pick<Dependencies, 'clock' | 'logStream' | 'rehearses' | 'workerUrl'> = {},
): Promise<FastifyInstance> {
  const config = readConfig({ LOG_LEVEL: 'silent', ...UNHURRIED, ...environment });
  const app = await buildApp(config, { store, version: '0.0.0-test', workerUrl, ...dependencies });
  onTestFinished(() => app.close());
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
