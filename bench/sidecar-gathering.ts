import { Agent } from 'node:http';
import { Gatherer } from '../src/sidecar/gathering/gatherer.js';
import type { ScoredBatch, TextToScore } from '../src/sidecar/servers/reward-server.js';
import { upstreamSchema } from '../src/sidecar/upstream/upstream.js';
import { send } from './http-client.js';
import { median } from './report.js';
import { SAMPLE, SIDECAR_PATH, startSidecar, startUpstream, UPSTREAM_PATH } from './sidecar-servers.js';

/** 20 ms a batch and 0.2 ms a sample: roughly a reward model of a few billion parameters on one GPU. */
export const COST = { batch: 20, sample: 0.2 };
export const CLIENTS = 64;

export interface GatheringPlan {
  readonly rounds: number;
  readonly gatheringMilliseconds: number;
}

/** A way to the same upstream. */
export interface Way {
  readonly name: string;
  /** Samples a second with {@link CLIENTS} clients, each sending one after the other; a figure a round. */
  readonly perSecond: readonly number[];
  /** Milliseconds for a sample of a lone client; a figure a round. */
  readonly aloneMilliseconds: readonly number[];
}

export interface GatheringResult {
  readonly ways: readonly Way[];
  readonly notes: readonly string[];
}

type Ask = (client: number) => Promise<unknown>;

/** The upstream called directly, through a Gatherer in this process, and through the service. */
export async function measureGathering(plan: GatheringPlan): Promise<GatheringResult> {
  const upstream = await startUpstream(COST);
  const sidecar = await startSidecar(upstream);
  const agent = new Agent({ keepAlive: true });
  const post = (url: string, body: string) => postJson(url, body, agent);
  const direct = `${upstream.url}${UPSTREAM_PATH}`;
  const asks: [string, Ask][] = [
    ['directly, one by one', () => post(direct, SAMPLE)],
    ['through a gatherer', throughGatherer(direct, agent)],
  ];
  if ('url' in sidecar)
    asks.push(['through the service', () => post(`${sidecar.url}${SIDECAR_PATH}`, SAMPLE)]);
  const ways = asks.map(([name, ask]) => ({
    name,
    ask,
    perSecond: [] as number[],
    aloneMilliseconds: [] as number[],
  }));
  for (let round = 0; round < plan.rounds; round++) {
    for (const { ask, perSecond, aloneMilliseconds } of ways) {
      perSecond.push(await samplesPerSecond(ask, CLIENTS, plan.gatheringMilliseconds));
      aloneMilliseconds.push(1_000 / (await samplesPerSecond(ask, 1, plan.gatheringMilliseconds)));
    }
  }
  agent.destroy();
  if ('url' in sidecar) await sidecar.stop();
  await upstream.stop();
  return { ways, notes: 'why' in sidecar ? [`Through the service: skipped: ${sidecar.why}.`] : [] };
}

/** Samples a second as a multiple of the first way's: the median of the ratios of the rounds. */
export function timesDirect({ ways }: GatheringResult, { perSecond }: Way): number {
  const direct = ways[0]?.perSecond ?? [];
  return median(perSecond.map((samples, i) => samples / (direct[i] ?? Number.NaN)));
}

/** Clients that each send their next sample when they have the reward of the last one. */
async function samplesPerSecond(ask: Ask, clients: number, milliseconds: number): Promise<number> {
  const begin = performance.now();
  const until = begin + milliseconds;
  let samples = 0;
  const running = Array.from({ length: clients }, async (_, client) => {
    while (performance.now() < until) {
      await ask(client);
      samples++;
    }
  });
  await Promise.all(running);
  return (1_000 * samples) / (performance.now() - begin);
}

/** With the limits that an upstream has by default; each client with a key of its own. */
function throughGatherer(url: string, agent: Agent): Ask {
  const { batch } = upstreamSchema.parse({ name: 'bench', reward_model: 'bench', kind: 'openrlhf', url });
  const gatherer = new Gatherer(batch, (texts) => sendBatch(url, texts, agent));
  const { query, prompts } = JSON.parse(SAMPLE);
  const text = { text: query[0], prompt: prompts[0] };
  return (client) => gatherer.score(text, `client ${client}`);
}

async function sendBatch(url: string, texts: readonly TextToScore[], agent: Agent): Promise<ScoredBatch> {
  const body = { query: texts.map(({ text }) => text), prompts: texts.map(({ prompt }) => prompt) };
  const answer = await postJson(url, JSON.stringify(body), agent);
  return { rewards: answer.rewards.map((reward) => ({ reward, entry: reward })), answer };
}

async function postJson(url: string, body: string, agent: Agent): Promise<{ rewards: number[] }> {
  const { status, body: answer } = await send(url, {
    headers: { 'content-type': 'application/json' },
    body,
    agent,
  });
  if (status !== 200) throw new Error(`${url} answers ${status}`);
  return JSON.parse(answer.toString('utf8'));
}
