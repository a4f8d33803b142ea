/**
 * `npm run bench:fit`: the whole of a fit as POST /v1/fit of the built service answers it (`fit_seconds`),
 * beside its kernel, other programs' fits and JSON.parse of the body that carries the samples, in one run,
 * round after round. Medians go to bench/RESULTS.md. `-- --quick` runs small inputs and writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LowessFit, lowess } from '../src/lowess/lowess.js';
import { FRAC_CANDIDATES, selectFrac } from '../src/lowess/select-frac.js';
import { measureComposed } from './fit-composed.js';
import { arrowBody, type Door, jsonBody, openDoor } from './fit-door.js';
import { bytesPerSample } from './fit-memory.js';
import { installPeers, lastRFit, type Peers, removeExchanged, SAMPLES_FILE } from './fit-peers.js';
import { type BenchSamples, benchSamples, type LengthKind } from './fit-samples.js';
import { type Findings, KERNEL, OURS, PARSE, type Row, targetsTable } from './fit-targets.js';
import { heading, machine, median, print, save, timed } from './report.js';

interface BenchCase {
  n: number;
  frac: number;
  peers: string[];
  kind?: LengthKind;
}

const ITERATIONS = 3;
const APPROXIMATE = ['statsmodels 1%', 'R default', 'fastlowess 1%'];
const EXACT = ['statsmodels exact', 'R exact'];
/** 25 s a fit at (20,000, 0.9). */
const SLOW_EXACT = 'fastlowess exact';
const NPM_EXACT = '@stdlib/stats-lowess exact';
const NPM_APPROXIMATE = '@stdlib/stats-lowess 1%';

const CASES: BenchCase[] = [
  { n: 1e7, frac: 0.5, peers: [] },
  { n: 1e3, frac: 0.5, peers: [...EXACT, SLOW_EXACT, NPM_EXACT, 'loess exact'] },
  { n: 1e4, frac: 0.5, peers: [] },
  { n: 2e4, frac: 0.1, peers: [...EXACT, ...APPROXIMATE] },
  { n: 2e4, frac: 0.9, peers: [...EXACT, ...APPROXIMATE, NPM_APPROXIMATE] },
  { n: 1e5, frac: 0.1, peers: [] },
  { n: 1e5, frac: 0.5, peers: APPROXIMATE },
  { n: 1e5, frac: 0.9, peers: [] },
  { n: 1e6, frac: 0.5, peers: APPROXIMATE },
  { n: 1e6, frac: 0.5, peers: [], kind: 'real' },
];
const QUICK_CASES: BenchCase[] = [
  { n: 1e3, frac: 0.5, peers: [] },
  { n: 1e3, frac: 0.5, peers: [], kind: 'real' },
];
/** The service and its kernel run for long; what has just been started is measured by itself. */
const UNMEASURED = 3;
/** The seconds after a start that the first fit comes at. */
const FIRST_FIT_SECONDS = [0, 5];
/** JSON of more samples is longer than a string can be: they go as Arrow. */
const MOST_AS_JSON = 1e6;
/** The service thins longer cross-fits to so many samples. */
const COMPOSED_SAMPLES = 2e4;
const ROUNDS = 5;

/** The largest distance of the fit from R's, as a share of the range of y. */
function distanceFromR(fit: LowessFit, y: Float64Array, r: Float64Array): number {
  let most = 0;
  let i = 0;
  for (const [j, value] of fit.fitted.entries()) {
    for (const end = i + Number(fit.counts[j]); i < end; i++)
      most = Math.max(most, Math.abs(value - Number(r[i])));
  }
  const sorted = y.toSorted();
  return most / (Number(sorted.at(-1)) - Number(sorted[0]));
}

/** Float64 of x, then of y: what the peers read. */
function writeSamples({ x, y }: BenchSamples): string {
  writeFileSync(SAMPLES_FILE, new Uint8Array(x.buffer));
  writeFileSync(SAMPLES_FILE, new Uint8Array(y.buffer), { flag: 'a' });
  return SAMPLES_FILE;
}

async function measure(
  bench: BenchCase,
  { peers, door }: { readonly peers: Peers; readonly door: Door },
  versions: Map<string, string>,
  notes: string[],
  found: Findings,
): Promise<Row[]> {
  const { n, frac, kind = 'whole' } = bench;
  const samples = benchSamples(n, kind);
  const settings = { frac, iterations: ITERATIONS };
  const columns = { rewards: samples.y, chars: samples.x };
  const body = await (n > MOST_AS_JSON ? arrowBody(settings, columns) : jsonBody(settings, columns));
  if (body === undefined) notes.push(`The whole fit of ${n} samples needs apache-arrow.`);
  let fit = lowess(samples.x, samples.y, settings);
  for (let i = 0; i < UNMEASURED; i++) {
    fit = lowess(samples.x, samples.y, settings);
    if (body !== undefined) await door.fit(body);
  }
  const names = bench.peers.filter((name) => peers.ready.has(name));
  const file = names.length > 0 ? writeSamples(samples) : '';
  const times = new Map<string, number[]>();
  const add = (name: string, ms: number) => times.set(name, [...(times.get(name) ?? []), ms]);
  for (let round = 0; round < ROUNDS; round++) {
    if (body !== undefined) add(OURS, await door.fit(body));
    add(
      KERNEL,
      timed(() => {
        fit = lowess(samples.x, samples.y, settings);
      }),
    );
    const text = body?.body;
    if (typeof text === 'string')
      add(
        PARSE,
        timed(() => JSON.parse(text)),
      );
    for (const name of names) {
      try {
        const result = peers.ready.get(name)?.run(file, frac);
        if (!result) continue;
        add(name, result.ms);
        versions.set(name.replace(/ [^ ]*$/, ''), result.version);
      } catch (error) {
        // A peer that dies, for example of memory, must not take the others' figures with it.
        notes.push(`${name} failed at n = ${n}, round ${round + 1}: ${String(error).split('\n', 1)[0]}`);
      }
    }
  }
  if (names.includes('R exact')) {
    const distance = distanceFromR(fit, samples.y, lastRFit());
    found.distanceFromR = found.distanceFromR > distance ? found.distanceFromR : distance;
    notes.push(
      `Largest difference to R exact at n = ${n}, frac ${frac}: ${distance.toExponential(1)} of the range of rewards.`,
    );
  }
  const own = median(times.get(OURS) ?? times.get(KERNEL) ?? []);
  return [...times].map(([name, all]) => {
    const ms = median(all);
    return { n, frac, kind, distinct: fit.x.length, name, ms, ratio: ms / own };
  });
}

/**
 * The time that skipped exact peers would take: they are quadratic in n, from their time at (20,000, 0.9).
 */
function describeSkipped(rows: Row[]): string[] {
  return rows
    .filter(({ n, frac, name }) => n === 2e4 && frac === 0.9 && name.endsWith(' exact'))
    .map(({ name, ms }) => {
      const minutes = (n: number) => Math.round((ms * (n / 2e4) ** 2 * (0.5 / 0.9)) / 6e4);
      return `Skipped ${name} beyond n = 20,000: would take some ${minutes(1e5)} min at 10⁵ and ${minutes(1e6)} min at 10⁶ (frac 0.5).`;
    });
}

/** The first fit of services that have just been started. */
async function measureFirstFits(n: number): Promise<string> {
  const { x, y } = benchSamples(n);
  const body = jsonBody({ frac: 0.9, iterations: ITERATIONS }, { rewards: y, chars: x });
  const times: string[] = [];
  for (const seconds of FIRST_FIT_SECONDS) {
    const door = await openDoor();
    await sleep(1_000 * seconds);
    times.push(`${(await door.fit(body)).toFixed(0)} ms after ${seconds} s`);
    await door.close();
  }
  return `The first fit of a service that has just been started (n = ${n.toLocaleString('en')}, frac 0.9): ${times.join(', ')}.`;
}

/** The costs of choosing frac, and of standard errors, in fits. */
function measureExtras(n: number, notes: string[], found: Findings): void {
  const { x, y } = benchSamples(n);
  const ratios: number[] = [];
  const errorRatios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const fits = FRAC_CANDIDATES.map((frac) => timed(() => lowess(x, y, { frac, iterations: ITERATIONS })));
    const chosen = timed(() => selectFrac(x, y, { iterations: ITERATIONS }));
    ratios.push(chosen / fits.reduce((a, b) => a + b));
    const plain = timed(() => lowess(x, y, { frac: 0.5, iterations: ITERATIONS }));
    errorRatios.push(
      timed(() => lowess(x, y, { frac: 0.5, iterations: ITERATIONS, standardErrors: true })) / plain,
    );
  }
  found.autoFracRatio = median(ratios);
  notes.push(
    `A fit with standard errors takes ${median(errorRatios).toFixed(1)} times as long as one without (n = ${n.toLocaleString('en')}, frac 0.5).`,
  );
}

function table(rows: Row[]): string {
  const head =
    '| n | frac | distinct x | program | median ms | times ours | ns a sample |\n|--:|--:|--:|---|--:|--:|--:|';
  const lines = rows.map(
    ({ n, frac, distinct, name, ms, ratio }) =>
      `| ${n.toLocaleString('en')} | ${frac} | ${distinct} | ${name} | ${ms.toFixed(ms < 10 ? 2 : 0)} | ${ratio.toFixed(1)}× | ${((ms * 1e6) / n).toFixed(0)} |`,
  );
  return [head, ...lines].join('\n');
}

function programs(versions: Map<string, string>): string {
  return [...versions].map(([name, version]) => `${name} ${version}`).join(', ') || 'no peers';
}

const quick = process.argv.includes('--quick');
const peers = quick ? { ready: new Map(), skipped: [] } : installPeers();
const versions = new Map<string, string>();
const notes = peers.skipped.map(({ name, why }) => `Skipped ${name}: ${why}`);
const rows: Row[] = [];
const found: Findings = {
  autoFracRatio: Number.NaN,
  bytesPerSample: Number.NaN,
  bytesPerRealSample: Number.NaN,
  distanceFromR: Number.NaN,
  composed: [],
};
notes.push(await measureFirstFits(quick ? 1e3 : 2e4));
const door = await openDoor();
for (const bench of quick ? QUICK_CASES : CASES) {
  rows.push(...(await measure(bench, { peers, door }, versions, notes, found)));
  print(`n = ${bench.n}, frac ${bench.frac} measured`);
}
found.composed = await measureComposed(door, quick ? 1e3 : COMPOSED_SAMPLES, ROUNDS);
await door.close();
found.bytesPerSample = bytesPerSample(quick ? 1e3 : 1e7, 'whole', ITERATIONS);
found.bytesPerRealSample = bytesPerSample(quick ? 1e3 : 1e6, 'real', ITERATIONS);
measureExtras(quick ? 1e3 : 1e5, notes, found);
notes.push(...describeSkipped(rows));
const about = `Fits with ${ITERATIONS} robust iterations on lognormal whole lengths, or real ones where every x is distinct; medians of ${ROUNDS} interleaved rounds after ${UNMEASURED} unmeasured fits of the service and its kernel, one thread. "1%" and "default" interpolate over delta = 1% of the range of x; ours is exact. "${OURS}" is \`fit_seconds\` of an answer to POST /v1/fit, everything that it holds: standard errors, diagnostics, warnings, joint counts; "${KERNEL}" is \`lowess\` alone, as are the others. Neither starting a program nor reading its input is timed.`;
const section = [
  heading('Fit', 'bench:fit'),
  machine(programs(versions)),
  about,
  table(rows),
  targetsTable(rows, found),
  notes.map((n) => `- ${n}`).join('\n'),
].join('\n\n');
removeExchanged();
print(section);
if (!quick) save('bench:fit', section);
