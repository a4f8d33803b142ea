import { CLIENT_CORE, SERVER_CORE } from './http-pinning.js';
import { processorSeconds, type Server } from './http-servers.js';
import { type LoadResult, runWrk } from './http-wrk.js';
import { print } from './report.js';
import {
  nginxVersion,
  SAMPLE,
  SIDECAR_PATH,
  startNginx,
  startSidecar,
  startUpstream,
  UPSTREAM_PATH,
} from './sidecar-servers.js';

export const CONCURRENCIES = [1, 64];

export interface OverheadPlan {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly warmUpMilliseconds: number;
  readonly folder: string;
}

/** A server in front of the upstream, at so many connections. */
export interface Overhead {
  readonly name: string;
  readonly connections: number;
  readonly rounds: OverheadRound[];
}

export interface OverheadRound extends LoadResult {
  /**
   * Microseconds of processor time that the server in front of the upstream takes for a sample; NaN without
   * one.
   */
  readonly processorMicroseconds: number;
}

export interface OverheadResult {
  readonly all: readonly Overhead[];
  readonly notes: readonly string[];
}

interface Front {
  readonly name: string;
  readonly url: string;
  readonly path: string;
  readonly pid: number | undefined;
}

/** A sample a request to an upstream that costs nothing: directly, through nginx, through the service. */
export async function measureOverhead(plan: OverheadPlan): Promise<OverheadResult> {
  const upstream = await startUpstream({ batch: 0, sample: 0 }, CLIENT_CORE);
  const { fronts, servers, notes } = await startFronts(upstream, plan.folder);
  const all = CONCURRENCIES.flatMap((connections) =>
    fronts.map((front) => ({ front, name: front.name, connections, rounds: [] as OverheadRound[] })),
  );
  for (const { front, connections } of all)
    await measure(front, connections, plan.warmUpMilliseconds, plan.folder);
  for (let round = 0; round < plan.rounds; round++) {
    for (const { front, connections, rounds } of round % 2 === 0 ? all : all.toReversed()) {
      rounds.push(await measure(front, connections, plan.milliseconds, plan.folder));
    }
    print(`overhead: round ${round + 1} of ${plan.rounds} measured`);
  }
  for (const server of [...servers, upstream]) await server.stop();
  return { all, notes };
}

async function startFronts(upstream: Server, folder: string) {
  const fronts: Front[] = [{ name: 'nobody', url: upstream.url, path: UPSTREAM_PATH, pid: undefined }];
  const servers: Server[] = [];
  const notes: string[] = [];
  if (nginxVersion() === undefined)
    notes.push('nginx: skipped: it is not installed (apt-get install nginx-light).');
  else {
    const nginx = await startNginx(upstream, folder, SERVER_CORE);
    servers.push(nginx);
    fronts.push({ name: 'nginx', url: nginx.url, path: UPSTREAM_PATH, pid: nginx.pid });
  }
  const sidecar = await startSidecar(upstream, SERVER_CORE);
  if ('why' in sidecar) notes.push(`This service: skipped: ${sidecar.why}.`);
  else {
    servers.push(sidecar);
    fronts.push({ name: 'this service', url: sidecar.url, path: SIDECAR_PATH, pid: sidecar.pid });
  }
  return { fronts, servers, notes };
}

async function measure(
  { url, path, pid }: Front,
  connections: number,
  milliseconds: number,
  folder: string,
): Promise<OverheadRound> {
  const request = { contentType: 'application/json', path, body: Buffer.from(SAMPLE), headers: {} };
  const used = () => (pid === undefined ? Number.NaN : processorSeconds(pid));
  const before = used();
  const result = await runWrk({ url, request, connections, milliseconds, core: CLIENT_CORE }, folder);
  if (result.refused > 0) throw new Error(`${url}${path}: ${result.refused} requests refused`);
  return { ...result, processorMicroseconds: (1e6 * (used() - before)) / result.answered };
}
