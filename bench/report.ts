import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

const RESULTS = new URL('RESULTS.md', import.meta.url);

const NODE = `Node ${process.versions.node.split('.')[0]}`;

const loadAtStart = loadavg()[0];

export const print = (line: string) => process.stdout.write(`${line}\n`);

/** Milliseconds that the work takes. */
export function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The middle value; of an even number of values the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >>> 1] ?? Number.NaN;
}

/** The heading of a benchmark's section, which is of one major version of Node. */
export function heading(title: string, command: string): string {
  return `## ${title}, ${NODE} (\`npm run ${command}\`)`;
}

/**
 * The day, the machine, its load (a minute's average, when the benchmark started and now), this Node and the
 * other programs of a run, as one line.
 */
export function machine(programs: string): string {
  const processor = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const [before, after] = [loadAtStart, loadavg()[0]].map((load) => load?.toFixed(1));
  return `${new Date().toISOString().slice(0, 10)}, ${processor}, load ${before} at the start and ${after} at the end, Node ${process.version}; ${programs}.`;
}

/** The head of a table of targets, whose lines are {@link target}s. */
export const TARGETS_HEAD = '| target | needed | measured | |\n|---|--:|--:|---|';

/** A line of a table of targets. What was not measured (undefined, NaN) is neither met nor missed. */
export function target(
  name: string,
  needed: string,
  measured: string,
  value: number | undefined,
  met: (value: number) => boolean,
): string {
  const verdict = value === undefined || Number.isNaN(value) ? '' : met(value) ? 'met' : '**missed**';
  return `| ${name} | ${needed} | ${measured} | ${verdict} |`;
}

/**
 * Replaces the section of this benchmark on this major version of Node in RESULTS.md, between its comment
 * markers; a first one comes after the benchmark's section on another Node.
 */
export function save(benchmark: string, section: string): void {
  const begin = `<!-- ${benchmark}, ${NODE} -->`;
  const end = `<!-- /${benchmark}, ${NODE} -->`;
  const marked = `${begin}\n${section}\n${end}`;
  const text = readResults();
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  const beside = text.lastIndexOf(`<!-- /${benchmark}, `);
  const after = beside < 0 ? text.length : text.indexOf('\n', beside) + 1;
  const next =
    from < 0 || to < 0
      ? `${text.slice(0, after)}\n${marked}\n${text.slice(after)}`
      : text.slice(0, from) + marked + text.slice(to + end.length);
  writeFileSync(RESULTS, next);
}

function readResults(): string {
  try {
    return readFileSync(RESULTS, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '# Benchmark results\n';
    throw error;
  }
}
