/**
 * `npm run bench:http`: the built service beside bare node:http and bare Fastify, in one run, round after
 * round. Medians go to bench/RESULTS.md. `-- --quick` is one short round and writes nothing. Needs wrk
 * (`apt-get install wrk`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadArrow } from './http-arrow.js';
import { type LatencyResult, measureFitLatency } from './http-fit-latency.js';
import { CLASS_A, makePayloads, type Payload } from './http-payloads.js';
import { SERVER_CORE, whyNotPinned } from './http-pinning.js';
import { type Results, resultsSection } from './http-section.js';
import { SERVICE, startEcho, startService } from './http-servers.js';
import { fitCurve, measureStart } from './http-start.js';
import { check, measureThroughput, type Servers } from './http-throughput.js';
import { wrkVersion } from './http-wrk.js';
import { print, save } from './report.js';

/** How long everything takes; a full run takes some six minutes. */
const FULL = {
  rounds: 5,
  milliseconds: 2_000,
  warmUpMilliseconds: 500,
  latencyMilliseconds: 3_000,
  fitSamples: 1e6,
  starts: 5,
  idleMilliseconds: 2_000,
};
type Plan = typeof FULL;

/** Only to see that it runs; its figures mean nothing. */
const QUICK: Plan = {
  rounds: 1,
  milliseconds: 300,
  warmUpMilliseconds: 0,
  latencyMilliseconds: 500,
  fitSamples: 1e4,
  starts: 1,
  idleMilliseconds: 100,
};

async function run(plan: Plan, folder: string): Promise<Results> {
  const start = await measureStart(join(folder, 'curves'), plan);
  print('start and idle memory measured');
  const latency = await fitLatency(plan, folder);
  print('latency beside fits measured');
  const { series, notes } = await throughput(plan, folder);
  return { series, start, latency, notes };
}

/** Not pinned: a fit's thread is to have a core of its own, as where the service is deployed. */
async function fitLatency(plan: Plan, folder: string): Promise<LatencyResult> {
  const service = await startService({ STORE_URL: 'memory:' });
  await fitCurve(service);
  const small = makePayloads(undefined).ready.find(({ name }) => name === CLASS_A);
  if (small === undefined) throw new Error(`there is no payload ${CLASS_A}`);
  const { rounds, latencyMilliseconds: milliseconds, fitSamples } = plan;
  const latency = await measureFitLatency(service, small, { rounds, milliseconds, fitSamples, folder });
  await service.stop();
  return latency;
}

async function throughput(plan: Plan, folder: string): Promise<Pick<Results, 'series' | 'notes'>> {
  const servers: Servers = {
    'node:http': await startEcho('http', SERVER_CORE),
    Fastify: await startEcho('fastify', SERVER_CORE),
    [SERVICE]: await startService({ STORE_URL: 'memory:' }, SERVER_CORE),
  };
  await fitCurve(servers[SERVICE]);
  const { ready, skipped } = await answerable(servers);
  const series = await measureThroughput(ready, servers, { ...plan, folder }, print);
  for (const server of Object.values(servers)) await server.stop();
  return { series, notes: skipped };
}

/** The payloads that every server answers rightly, and why the others are left out. */
async function answerable(servers: Servers): Promise<{ ready: Payload[]; skipped: string[] }> {
  const arrow = await loadArrow();
  const payloads = makePayloads(arrow);
  const skipped = [...payloads.skipped];
  const ready: Payload[] = [];
  for (const payload of payloads.ready) {
    const why = await check(payload, servers, arrow);
    if (why === undefined) ready.push(payload);
    else skipped.push({ name: payload.name, why });
  }
  const lines = skipped.map(({ name, why }) => `${name}: skipped: ${why}`);
  for (const line of lines) print(line);
  return { ready, skipped: lines };
}

async function main(): Promise<void> {
  const wrk = wrkVersion();
  if (wrk === undefined) {
    print('not measured: wrk is missing (apt-get install wrk)');
    return;
  }
  if (whyNotPinned !== undefined) print(`not pinned to cores: ${whyNotPinned}`);
  const quick = process.argv.includes('--quick');
  const plan = quick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-bench-http-'));
  try {
    const section = resultsSection(plan, await run(plan, folder), wrk);
    print(section);
    if (quick)
      print('\nA quick run: it shows that the benchmark works, its figures and verdicts mean nothing.');
    else save('bench:http', section);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
