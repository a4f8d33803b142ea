import { setTimeout as sleep } from 'node:timers/promises';
import { benchSamples } from './fit-samples.js';
import { send, sendJson } from './http-client.js';
import { REWARD_MODEL } from './http-payloads.js';
import { SERVER_CORE } from './http-pinning.js';
import { residentBytes, type Server, startService } from './http-servers.js';
import { median } from './report.js';

/** The curves that the target of the start is stated for (performance, section 2). */
export const STORED_CURVES = 100;

/** A few thousand samples make a good curve (README); as many knots as a curve keeps. */
const FITTED_SAMPLES = 20_000;

/** Enough for a fit, too few to take memory worth mentioning. */
const SMALL_FIT_SAMPLES = 100;

export interface StartPlan {
  readonly starts: number;
  /** From the first fit to the reading of idle memory. */
  readonly idleMilliseconds: number;
}

export interface StartResult {
  /** From starting the process to a 200 of GET /health/ready, median. */
  readonly milliseconds: number;
  /** Resident memory of the idle service with {@link STORED_CURVES} curves, and a thread that can fit. */
  readonly idleBytes: number;
}

/** Fits the curve that the benchmark calibrates with. */
export async function fitCurve({ url }: Server): Promise<void> {
  const { x, y } = benchSamples(FITTED_SAMPLES);
  const columns = { rewards: [...y], chars: [...x] };
  await sendJson(`${url}/v1/fit`, 'POST', { reward_model: REWARD_MODEL, columns });
}

/** Stores the curves in the folder once, then starts the service from it again and again. */
export async function measureStart(folder: string, plan: StartPlan): Promise<StartResult> {
  const environment = { STORE_URL: `file:${folder}`, MAX_REWARD_MODELS: String(STORED_CURVES) };
  await storeCurves(environment);
  const times: number[] = [];
  let idleBytes = Number.NaN;
  for (let i = 0; i < plan.starts; i++) {
    const begin = performance.now();
    const server = await startService(environment, SERVER_CORE);
    await untilReady(server);
    times.push(performance.now() - begin);
    if (i === plan.starts - 1) {
      await untilWarm(server);
      await sleep(plan.idleMilliseconds);
      idleBytes = residentBytes(server.pid);
    }
    await server.stop();
  }
  return { milliseconds: median(times), idleBytes };
}

/** One fit; its curve is imported under the other names. */
async function storeCurves(environment: Record<string, string>): Promise<void> {
  const server = await startService(environment);
  await fitCurve(server);
  const query = `reward_model=${encodeURIComponent(REWARD_MODEL)}&version=1`;
  const exported = await send(`${server.url}/v1/curves?${query}`, { method: 'GET' });
  const document = JSON.parse(exported.body.toString('utf8'));
  for (let i = 1; i < STORED_CURVES; i++) {
    await sendJson(`${server.url}/v1/curves`, 'PUT', { ...document, reward_model: `bench/stored-${i}` });
  }
  await server.stop();
}

/** The address is known once the service listens; a refusal after that is not an answer to wait for. */
async function untilReady({ url }: Server): Promise<void> {
  const { status } = await send(`${url}/health/ready`, { method: 'GET' });
  if (status !== 200) throw new Error(`GET /health/ready answers ${status} after the start`);
}

/** A fit waits until the thread that is being warmed is ready; nothing of this one is kept. */
async function untilWarm({ url }: Server): Promise<void> {
  const { x, y } = benchSamples(SMALL_FIT_SAMPLES);
  await sendJson(`${url}/v1/fit-calibrate`, 'POST', { columns: { rewards: [...y], chars: [...x] } });
}
