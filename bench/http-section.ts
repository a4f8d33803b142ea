import type { LatencyResult } from './http-fit-latency.js';
import { CLASS_A } from './http-payloads.js';
import { whyNotPinned } from './http-pinning.js';
import type { StartResult } from './http-start.js';
import { targetsTable } from './http-targets.js';
import { CONNECTIONS, medianOf, ratios, type Series } from './http-throughput.js';
import { heading, machine, median } from './report.js';

/** All results of a run. */
export interface Results {
  readonly series: readonly Series[];
  readonly start: StartResult;
  readonly latency: LatencyResult;
  readonly notes: readonly string[];
}

/** The settings of a run that the section shows. */
export interface SectionPlan {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly fitSamples: number;
}

function throughputTable(all: readonly Series[]): string {
  const head =
    '| payload | body | server | requests/s | items/s | p99 ms | × Fastify | × node:http | server busy |\n|---|--:|---|--:|--:|--:|--:|--:|--:|';
  const lines = all.map((series) => {
    const { payload, server } = series;
    const perSecond = medianOf(series, 'requestsPerSecond');
    const cells = [
      payload.name,
      `${(payload.body.length / 1e3).toFixed(1)} kB`,
      server,
      rounded(perSecond),
      rounded(perSecond * payload.items),
      medianOf(series, 'p99Milliseconds').toFixed(1),
      spread(ratios(all, series, 'Fastify')),
      spread(ratios(all, series, 'node:http')),
      `${(100 * medianOf(series, 'busy')).toFixed(0)} %`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [head, ...lines].join('\n');
}

function rounded(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

/** The median, and from the least to the most. */
function spread(values: readonly number[]): string {
  if (values.length === 0) return '';
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((v) =>
    v.toFixed(2),
  );
  return least === most ? `${middle}` : `${middle} (${least}–${most})`;
}

/** Refusals are quick: they don't count as answers, but the section shows them. */
function refusals(all: readonly Series[]): string[] {
  return all.flatMap(({ payload, server, rounds }) => {
    const refused = rounds.reduce((sum, round) => sum + round.refused, 0);
    return refused > 0 ? [`${payload.name}: ${server} refused ${refused} requests, not counted above.`] : [];
  });
}

/** The section of RESULTS.md. */
export function resultsSection(
  plan: SectionPlan,
  { series, start, latency, notes }: Results,
  wrk: string,
): string {
  const seconds = plan.milliseconds / 1000;
  const about = `One core for the server, another for the client (wrk, ${CONNECTIONS} connections, one thread), ${plan.rounds} rounds in which the servers take turns, ${seconds} s each; medians, and ratios within a round: median (least–most). node:http and Fastify parse JSON and answer the rewards as they came, unchecked; this service is the built one with its default settings, curves in memory. Columns, NDJSON and Arrow are compared with row JSON of as many items with 2 KB of text at the bare server. "Server busy" is the server's processor time over the time measured: near 100 %, the client is not what limits.`;
  const fits = `p99 of ${CLASS_A}, sent every 4 ms to a service that may use both cores: ${latency.idleP99.toFixed(1)} ms idle, ${latency.fittingP99.toFixed(1)} ms while fitting ${plan.fitSamples.toLocaleString('en')} samples without a pause (${latency.fits} fits answered).`;
  const notPinned = whyNotPinned === undefined ? [] : [`Not pinned to cores: ${whyNotPinned}.`];
  return [
    heading('HTTP', 'bench:http'),
    machine(`wrk ${wrk}`),
    about,
    throughputTable(series),
    targetsTable(series, start, latency),
    [fits, ...notPinned, ...refusals(series), ...notes].map((note) => `- ${note}`).join('\n'),
  ].join('\n\n');
}
