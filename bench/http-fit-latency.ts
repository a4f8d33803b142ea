import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchSamples } from './fit-samples.js';
import { send } from './http-client.js';
import type { Payload } from './http-payloads.js';
import type { Server } from './http-servers.js';
import { runWrk } from './http-wrk.js';
import { median } from './report.js';

export interface LatencyPlan {
  readonly rounds: number;
  readonly milliseconds: number;
  /** Samples of each fit. */
  readonly fitSamples: number;
  readonly folder: string;
}

export interface LatencyResult {
  /** Medians over the rounds of each round's 99th percentile, in milliseconds. */
  readonly idleP99: number;
  readonly fittingP99: number;
  /** Median over the rounds of the ratio within the round. */
  readonly ratio: number;
  /** Fits answered in all rounds. */
  readonly fits: number;
}

/**
 * One request every 4 ms: a tenth of what one core can answer, so waiting comes from the fit, not from a
 * queue.
 */
const PACE_MILLISECONDS = 4;

/**
 * Time after the last fit of a round until nothing of it runs. Its client disconnects, which aborts the fit,
 * but reading its body cannot be aborted and takes about half of this time (10⁶ samples, columnar).
 */
const SETTLE_MILLISECONDS = 1_000;

/**
 * The latency of calibrating with and without a fit in the same process, in turn. Requests are sent at a
 * fixed pace, whether or not the last one was answered: a server that halts makes all of them wait, and all
 * count. The fits come from wrk, one at a time without a pause, so that this process only measures.
 */
export async function measureFitLatency(
  server: Server,
  calibrate: Payload,
  plan: LatencyPlan,
): Promise<LatencyResult> {
  const request = fitRequest(plan.fitSamples);
  const fitLoad = { url: server.url, request, connections: 1, milliseconds: plan.milliseconds };
  const idle: number[] = [];
  const fitting: number[] = [];
  let fits = 0;
  await latencies(server, calibrate, plan.milliseconds);
  for (let round = 0; round < plan.rounds; round++) {
    await sleep(SETTLE_MILLISECONDS);
    idle.push(p99(await latencies(server, calibrate, plan.milliseconds)));
    const [fitted, measured] = await Promise.all([
      runWrk(fitLoad, plan.folder),
      latencies(server, calibrate, plan.milliseconds),
    ]);
    fitting.push(p99(measured));
    fits += fitted.answered;
  }
  const within = fitting.map((value, i) => value / Number(idle[i]));
  return { idleP99: median(idle), fittingP99: median(fitting), ratio: median(within), fits };
}

/** A columnar /v1/fit of another reward model than the one that calibrates. */
function fitRequest(samples: number): Pick<Payload, 'contentType' | 'path' | 'body' | 'headers'> {
  const { x, y } = benchSamples(samples);
  const columns = { rewards: [...y.map(Math.fround)], chars: [...x] };
  const body = Buffer.from(JSON.stringify({ reward_model: 'bench/fitted', columns }));
  return { contentType: 'application/json', path: '/v1/fit', body, headers: {} };
}

/** Milliseconds from sending to the whole answer, of every request sent in that time. */
async function latencies({ url }: Server, payload: Payload, milliseconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const headers = { 'content-type': payload.contentType };
  const open: Promise<number>[] = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    open.push(latency(`${url}${payload.path}`, { headers, body: payload.body, agent }));
    await sleep(PACE_MILLISECONDS);
  }
  const measured = await Promise.all(open);
  agent.destroy();
  return measured;
}

/** A refused request counts as one that is never answered. */
async function latency(url: string, outgoing: Parameters<typeof send>[1]): Promise<number> {
  const begin = performance.now();
  const { status } = await send(url, outgoing);
  return status === 200 ? performance.now() - begin : Number.POSITIVE_INFINITY;
}

function p99(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(0.99 * values.length) - 1] ?? Number.NaN;
}
