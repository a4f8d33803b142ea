import type { LatencyResult } from './http-fit-latency.js';
import {
  ARROW_AT_D,
  CLASS_A,
  CLASS_B,
  CLASS_C,
  CLASS_D,
  COLUMNS_AT_B,
  ONE_KEPT_ALIVE,
} from './http-payloads.js';
import { SERVICE, type ServerName } from './http-servers.js';
import { STORED_CURVES, type StartResult } from './http-start.js';
import { ratios, type Series } from './http-throughput.js';
import { median, TARGETS_HEAD, target } from './report.js';

/** The condition of the targets that belong to the scanner's issue. */
const WITH_SCANNER = ' (with the scanner)';

/**
 * The targets of the specification (performance, section 2), each with its measurement and whether it was
 * met. Those of classes b to d are stated for a scanner that builds no text, which does not exist yet.
 */
export function targetsTable(all: readonly Series[], start: StartResult, latency: LatencyResult): string {
  const times = (payload: string, baseline: ServerName, least: number, condition = '') => {
    const subject = all.find(({ payload: { name }, server }) => name === payload && server === SERVICE);
    const ratio = subject === undefined ? Number.NaN : median(ratios(all, subject, baseline));
    const measured = Number.isNaN(ratio) ? 'not measured' : `${ratio.toFixed(2)}×`;
    return target(
      `${payload}, against ${baseline}${condition}`,
      `≥ ${least}×`,
      measured,
      ratio,
      (r) => r >= least,
    );
  };
  const megabytes = start.idleBytes / 1e6;
  return [
    TARGETS_HEAD,
    times(CLASS_A, 'Fastify', 0.55),
    times(ONE_KEPT_ALIVE, 'Fastify', 0.5),
    times(COLUMNS_AT_B, 'Fastify', 10),
    times(ARROW_AT_D, 'Fastify', 60),
    times(CLASS_B, 'Fastify', 2.4, WITH_SCANNER),
    times(CLASS_C, 'Fastify', 1.3, WITH_SCANNER),
    times(CLASS_D, 'Fastify', 2.4, WITH_SCANNER),
    target(
      `start to ready with ${STORED_CURVES} curves`,
      '< 1,000 ms',
      `${start.milliseconds.toFixed(0)} ms`,
      start.milliseconds,
      (ms) => ms < 1_000,
    ),
    target(
      'idle memory (RSS), a thread warm',
      '< 150 MB',
      `${megabytes.toFixed(0)} MB`,
      megabytes,
      (mb) => mb < 150,
    ),
    target(
      'p99 of a while fitting over idle p99',
      '≤ 3×',
      `${latency.ratio.toFixed(2)}×`,
      latency.ratio,
      (r) => r <= 3,
    ),
  ].join('\n');
}
