/**
 * Simulates reward models with a known bias, and writes to simulations.md how well each estimator
 * recovers it.
 *
 * Run as: npm run simulations   (minutes; -- --quick: 1,000 samples only, nothing written)
 */
import type { Estimator } from '../src/calibration/fit/fit-settings.js';
import { replaceSection } from './page.js';
import {
  average,
  type Prompts,
  type Recovery,
  recover,
  SHAPES,
  type Shape,
  type SimulationSettings,
  simulate,
} from './simulation.js';

const PAGE = new URL('simulations.md', import.meta.url);
const SEED = 2409_17407;

interface Case {
  readonly name: string;
  readonly settings: SimulationSettings & { estimator: Estimator };
}

const CASES: readonly Case[] = [
  { name: 'lwr', settings: { estimator: 'lwr' } },
  { name: 'lwr, frac auto', settings: { estimator: 'lwr', frac: 'auto' } },
  { name: 'lwr-within', settings: { estimator: 'lwr-within' } },
  { name: 'mean', settings: { estimator: 'mean' } },
  { name: 'penalty', settings: { estimator: 'penalty' } },
  { name: 'lwr-penalty', settings: { estimator: 'lwr-penalty' } },
];

const isQuick = process.argv.includes('--quick');
/** Samples, and how many simulations of so many are averaged. */
const SIZES: readonly [number, number][] = isQuick
  ? [[1_000, 1]]
  : [
      [1_000, 20],
      [10_000, 10],
      [100_000, 3],
    ];
const WORLDS: readonly [Shape, Prompts][] = [
  ...(Object.keys(SHAPES) as Shape[]).map((shape): [Shape, Prompts] => [shape, 'independent']),
  ['log', 'confounded'],
];

/**
 * Whether lwr-within has an estimator of its own: where prompts are confounded its error differs from lwr's.
 */
function hasWithin(): boolean {
  const simulated = simulate(1_000, 'log', 'confounded', SEED);
  const [plain, within] = (['lwr', 'lwr-within'] as const).map((estimator) =>
    recover(simulated, { estimator }),
  );
  return plain?.error !== within?.error;
}

const HEAD = [
  '| bias | samples | estimator | RMS error | stated error | within 2 stated | length: raw → calibrated | quality: raw → calibrated |',
  '|---|--:|---|--:|--:|--:|--:|--:|',
];

function line(world: string, count: number, name: string, r: Recovery): string {
  const cells = [
    world,
    count.toLocaleString('en'),
    name,
    r.error.toFixed(4),
    r.statedError?.toFixed(4) ?? '–',
    r.covered === undefined ? '–' : `${(100 * r.covered).toFixed(0)} %`,
    `${r.lengthRaw.toFixed(3)} → ${r.lengthCalibrated.toFixed(3)}`,
    `${r.qualityRaw.toFixed(3)} → ${r.qualityCalibrated.toFixed(3)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function run(cases: readonly Case[]): string[] {
  return WORLDS.flatMap(([shape, prompts]) =>
    SIZES.flatMap(([count, times]) => {
      const simulated = Array.from({ length: times }, (_, i) => simulate(count, shape, prompts, SEED + i));
      const world = prompts === 'confounded' ? `${shape}, prompts confounded` : shape;
      return cases.map(({ name, settings }) => {
        const row = line(world, count, name, average(simulated.map((one) => recover(one, settings))));
        console.log(row);
        return row;
      });
    }),
  );
}

const within = hasWithin();
const rows = run(CASES.filter(({ settings }) => within || settings.estimator !== 'lwr-within'));
const missing = within ? '' : ' `lwr-within` has no estimator of its own yet and is left out.';
const day = new Date().toISOString().slice(0, 10);
const averaged = SIZES.map(([count, times]) => `${times} of ${count.toLocaleString('en')}`).join(', ');
const made = `Written by \`npm run simulations\` on ${day}, Node ${process.version}; means of ${averaged}; seeds from ${SEED}.${missing}`;
if (!isQuick) replaceSection(PAGE, 'simulations', ['', made, '', ...HEAD, ...rows, ''].join('\n'));
