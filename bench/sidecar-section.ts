import { whyNotPinned } from './http-pinning.js';
import { SERVICE } from './http-servers.js';
import { heading, machine, median, TARGETS_HEAD, target } from './report.js';
import { CLIENTS, COST, type GatheringResult, timesDirect } from './sidecar-gathering.js';
import type { Overhead, OverheadResult } from './sidecar-overhead.js';
import { SAMPLE } from './sidecar-servers.js';

/** Samples a second as a multiple of those of the upstream called directly; 25 is its limit. */
const NEEDED_TIMES = 21;
/** Milliseconds of a lone client's sample as a multiple of those at the upstream called directly. */
const MOST_TIMES_ALONE = 1.1;
/** Microseconds of processor time that the service takes for a sample, by the connections. */
const MOST_PROCESSOR = new Map([
  [1, 350],
  [64, 110],
]);
/** Milliseconds that the service adds to a sample at one connection. */
const MOST_ADDED = 0.35;

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
    heading('Sidecar', 'bench:sidecar'),
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
  const [direct, ...gathered] = gathering.ways;
  const lines = gathered.flatMap((way) => {
    const times = timesDirect(gathering, way);
    const name = `${CLIENTS} clients ${way.name}, against directly`;
    const alone = median(way.aloneMilliseconds) / median(direct?.aloneMilliseconds ?? []);
    return [
      target(name, `≥ ${NEEDED_TIMES}×`, `${times.toFixed(1)}×`, times, (t) => t >= NEEDED_TIMES),
      target(
        `a lone client ${way.name}, against directly`,
        `< ${MOST_TIMES_ALONE}×`,
        `${alone.toFixed(2)}×`,
        alone,
        (t) => t < MOST_TIMES_ALONE,
      ),
    ];
  });
  return [TARGETS_HEAD, ...lines].join('\n');
}

function overheadParts({ all }: OverheadResult, rounds: number): string[] {
  const about = `Overhead: a sample a request (wrk, one thread) to an upstream in Node that answers at once; wrk and the upstream on one core, who stands before it alone on the other. Medians of ${rounds} rounds; "added" is against nobody at as many connections, "processor" the time of who stands before the upstream. nginx only passes on: one process, connections kept alive on both sides, no log; the service gathers, finds the response, measures, calibrates, observes, counts and logs, with its defaults.`;
  const head =
    '| before the upstream | connections | samples/s | ms a sample | added ms | p99 ms | processor µs a sample |\n|---|--:|--:|--:|--:|--:|--:|';
  const lines = all.map((one) => overheadLine(all, one));
  return [about, [head, ...lines].join('\n'), overheadTargets(all)];
}

function overheadTargets(all: readonly Overhead[]): string {
  const lines = all
    .filter(({ name }) => name === SERVICE)
    .flatMap((one) => {
      const { connections } = one;
      const most = MOST_PROCESSOR.get(connections) ?? Number.NaN;
      const processor = processorOf(one);
      const name = `processor time of a sample, connections: ${connections}`;
      const measured = `${processor.toFixed(0)} µs${besideNginx(all, one)}`;
      const lines = [target(name, `≤ ${most} µs`, measured, processor, (t) => t <= most)];
      const added = addedMilliseconds(all, one);
      if (connections === 1)
        lines.push(
          target(
            'added to a sample at one connection',
            `≤ ${MOST_ADDED} ms`,
            `${added?.toFixed(3)} ms`,
            added,
            (t) => t <= MOST_ADDED,
          ),
        );
      return lines;
    });
  return [TARGETS_HEAD, ...lines].join('\n');
}

function processorOf({ rounds }: Overhead): number {
  return median(rounds.map(({ processorMicroseconds }) => processorMicroseconds));
}

/** nginx's processor time in the same rounds, which says how fast the machine was; empty without nginx. */
function besideNginx(all: readonly Overhead[], { connections }: Overhead): string {
  const nginx = all.find((other) => other.name === 'nginx' && other.connections === connections);
  return nginx === undefined ? '' : `, nginx ${processorOf(nginx).toFixed(0)} µs`;
}

/** Against nobody at as many connections; undefined for nobody. */
function addedMilliseconds(all: readonly Overhead[], one: Overhead): number | undefined {
  const direct = all.find(({ name, connections }) => name === 'nobody' && connections === one.connections);
  return direct === undefined || direct === one ? undefined : latency(one) - latency(direct);
}

function overheadLine(all: readonly Overhead[], one: Overhead): string {
  const milliseconds = latency(one);
  const added = addedMilliseconds(all, one)?.toFixed(3) ?? '';
  const processor = processorOf(one);
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
