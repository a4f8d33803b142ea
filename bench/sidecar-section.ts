import { whyNotPinned } from './http-pinning.js';
import { machine, median, TARGETS_HEAD, target } from './report.js';
import { CLIENTS, COST, type GatheringResult, timesDirect } from './sidecar-gathering.js';
import type { Overhead, OverheadResult } from './sidecar-overhead.js';
import { SAMPLE } from './sidecar-servers.js';

/** Samples a second as a multiple of those of the upstream called directly. */
const NEEDED_TIMES = 10;

export interface SidecarResults {
  readonly gathering: GatheringResult;
  /** Undefined where wrk is missing. */
  readonly overhead: OverheadResult | undefined;
}

/** The section of RESULTS.md. */
export function sidecarSection(
  { gathering, overhead }: SidecarResults,
  rounds: number,
  programs: string,
): string {
  const notPinned = whyNotPinned === undefined ? [] : [`Not pinned to cores: ${whyNotPinned}.`];
  const notes = [
    ...gathering.notes,
    ...(overhead?.notes ?? ['Overhead: skipped: wrk is missing.']),
    ...notPinned,
  ];
  const kilobytes = (SAMPLE.length / 1e3).toFixed(1);
  return [
    '## Sidecar (`npm run bench:sidecar`)',
    machine(programs),
    `Gathering: an upstream that works like one GPU (a batch after the other, ${COST.batch} ms a batch and ${COST.sample} ms a sample), ${CLIENTS} clients that each send a sample of ${kilobytes} kB when they have the last one's reward, and a lone one. The limits of batches are the defaults (32 texts, 5 ms, 2 requests under way). Medians of ${rounds} rounds.`,
    gatheringTable(gathering),
    targets(gathering),
    ...(overhead === undefined ? [] : overheadParts(overhead, rounds)),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ].join('\n\n');
}

function gatheringTable(gathering: GatheringResult): string {
  const lines = gathering.ways.map((way) => {
    const times = timesDirect(gathering, way).toFixed(1);
    const perSecond = rounded(median(way.perSecond));
    return `| ${way.name} | ${perSecond} | ${times}× | ${median(way.aloneMilliseconds).toFixed(1)} |`;
  });
  const head = `| the upstream called | samples/s, ${CLIENTS} clients | × directly | ms a sample, a lone client |\n|---|--:|--:|--:|`;
  return [head, ...lines].join('\n');
}

function targets(gathering: GatheringResult): string {
  const [, ...gathered] = gathering.ways;
  const lines = gathered.map((way) => {
    const times = timesDirect(gathering, way);
    const name = `${CLIENTS} clients ${way.name}, against directly`;
    return target(name, `≥ ${NEEDED_TIMES}×`, `${times.toFixed(1)}×`, times, (t) => t >= NEEDED_TIMES);
  });
  return [TARGETS_HEAD, ...lines].join('\n');
}

function overheadParts({ all }: OverheadResult, rounds: number): string[] {
  const about = `Overhead: a sample a request (wrk, one thread) to an upstream in Node that answers at once; wrk and the upstream on one core, who stands before it alone on the other. Medians of ${rounds} rounds; "added" is against nobody at as many connections, "processor" the time of who stands before the upstream. nginx only passes on: one process, connections kept alive on both sides, no log; the service gathers, finds the response, measures, calibrates, observes, counts and logs, with its defaults.`;
  const head =
    '| before the upstream | connections | samples/s | ms a sample | added ms | p99 ms | processor µs a sample |\n|---|--:|--:|--:|--:|--:|--:|';
  return [about, [head, ...all.map((one) => overheadLine(all, one))].join('\n')];
}

function overheadLine(all: readonly Overhead[], one: Overhead): string {
  const direct = all.find(({ name, connections }) => name === 'nobody' && connections === one.connections);
  const milliseconds = latency(one);
  const added = direct === undefined || direct === one ? '' : (milliseconds - latency(direct)).toFixed(3);
  const processor = median(one.rounds.map(({ processorMicroseconds }) => processorMicroseconds));
  const cells = [
    one.name,
    one.connections,
    rounded(median(one.rounds.map(({ requestsPerSecond }) => requestsPerSecond))),
    milliseconds.toFixed(3),
    added,
    median(one.rounds.map(({ p99Milliseconds }) => p99Milliseconds)).toFixed(2),
    Number.isNaN(processor) ? '' : processor.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Mean milliseconds a request: every connection always has one under way (Little's law). */
function latency({ connections, rounds }: Overhead): number {
  return median(rounds.map(({ requestsPerSecond }) => (1_000 * connections) / requestsPerSecond));
}

function rounded(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}
