import type { Arrow } from './http-arrow.js';
import { countRewards, send } from './http-client.js';
import type { Payload } from './http-payloads.js';
import { CLIENT_CORE } from './http-pinning.js';
import { processorSeconds, SERVICE, type Server, type ServerName } from './http-servers.js';
import { type LoadResult, runWrk } from './http-wrk.js';
import { median } from './report.js';

/** Enough to keep one core busy; few enough for as many bodies of 8 MB in memory. */
export const CONNECTIONS = 8;

/** The rounds of one payload at one server. */
export interface Series {
  readonly payload: Payload;
  readonly server: ServerName;
  readonly rounds: Round[];
}

export interface Round extends LoadResult {
  /**
   * Share of the time that the server's process was on a processor. Below 1, the client or other work held it
   * up.
   */
  readonly busy: number;
}

export interface Plan {
  readonly rounds: number;
  readonly milliseconds: number;
  /** Before the first round, at every server and payload; 0 for none. */
  readonly warmUpMilliseconds: number;
  readonly folder: string;
}

export type Servers = Readonly<Record<ServerName, Server>>;

/**
 * Sends every payload once to each of its servers and counts the rewards.
 *
 * @returns why the service cannot be measured with this payload, or undefined when all answers are right.
 * @throws Error for any wrong answer but the service's 415.
 */
export async function check(
  payload: Payload,
  servers: Servers,
  arrow: Arrow | undefined,
): Promise<string | undefined> {
  for (const name of payload.servers) {
    const { path, body, contentType } = payload;
    const headers = { 'content-type': contentType, ...payload.headers };
    const answer = await send(`${servers[name].url}${path}`, { headers, body });
    if (name === SERVICE && answer.status === 415) return 'the service answers 415';
    if (answer.status !== 200) {
      throw new Error(
        `${payload.name}: ${name} answers ${answer.status}: ${answer.body.toString('utf8', 0, 500)}`,
      );
    }
    const rewards = countRewards(answer, arrow);
    if (rewards !== payload.items) {
      throw new Error(`${payload.name}: ${name} answers ${rewards} rewards for ${payload.items} items`);
    }
  }
  return undefined;
}

/** Measures every payload at each of its servers, one after the other, round after round. */
export async function measureThroughput(
  payloads: readonly Payload[],
  servers: Servers,
  plan: Plan,
  report: (line: string) => void,
): Promise<Series[]> {
  const all: Series[] = payloads.flatMap((payload) =>
    payload.servers.map((server) => ({ payload, server, rounds: [] })),
  );
  if (plan.warmUpMilliseconds > 0) {
    for (const series of all) await measure(series, servers, plan.warmUpMilliseconds, plan.folder);
    report('warmed up');
  }
  for (let round = 0; round < plan.rounds; round++) {
    // Every other round backwards, so that no server always follows the same one.
    for (const series of round % 2 === 0 ? all : all.toReversed()) {
      series.rounds.push(await measure(series, servers, plan.milliseconds, plan.folder));
    }
    report(`round ${round + 1} of ${plan.rounds} measured`);
  }
  return all;
}

async function measure(
  { payload, server }: Series,
  servers: Servers,
  milliseconds: number,
  folder: string,
): Promise<Round> {
  const { url, pid } = servers[server];
  const load = { url, request: payload, connections: CONNECTIONS, milliseconds, core: CLIENT_CORE };
  const usedBefore = processorSeconds(pid);
  const result = await runWrk(load, folder);
  const used = processorSeconds(pid) - usedBefore;
  return { ...result, busy: used / result.seconds };
}

/** The median of one figure over the rounds. */
export function medianOf({ rounds }: Series, figure: keyof Round): number {
  return median(rounds.map((round) => round[figure]));
}

/**
 * Requests answered as a multiple of the baseline's, which gets the rows that this payload is compared with:
 * one ratio a round, none where the baseline answered nothing in so short a time.
 */
export function ratios(all: readonly Series[], subject: Series, baseline: ServerName): number[] {
  const { comparedWith } = subject.payload;
  const compared = all.find(({ payload, server }) => payload.name === comparedWith && server === baseline);
  if (compared === undefined) return [];
  return subject.rounds.flatMap(({ requestsPerSecond }, i) => {
    const base = compared.rounds[i];
    return base === undefined || base.answered === 0 ? [] : [requestsPerSecond / base.requestsPerSecond];
  });
}
