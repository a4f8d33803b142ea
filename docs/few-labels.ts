/**
 * Simulates audits by few labels, tries them on real labelled pairs where those are at hand, and writes to
 * few-labels.md what came out.
 *
 * Run as: npm run simulations   (minutes; -- --quick: one round of each, nothing written)
 */
import { loadBeta } from '../src/calibration/statistics/beta.js';
import { readCells } from './audit-on-data.js';
import { type Asked, calibrationTable, coverageTable, longerTable, lowestCoverage } from './audit-tables.js';
import { runTrials } from './audit-trials.js';
import type { LabelWorld, RewardWorld } from './audit-worlds.js';
import { dataTable } from './data-tables.js';
import { writeSection } from './marked-section.js';

const PAGE = new URL('few-labels.md', import.meta.url);
const SEED = 2409_17407;
const isQuick = process.argv.includes('--quick');

const LABELS_ASKED = [10, 20, 40];
const ROUNDS = isQuick ? 1 : 15;
const DRAWS = isQuick ? 20 : 1_000;
const SIZES = { pairs: 600, population: 2_000 };

const over = <Level, World>(levels: readonly Level[], make: (level: Level) => readonly World[]) =>
  levels.flatMap(make);

const REWARD_WORLDS: readonly RewardWorld[] = over([0.5, 1, 2], (bias) =>
  over([0.3, 1], (noise) =>
    over([false, true], (discrete) =>
      [2, 3, 4, 5].map((responses) => ({ bias, noise, discrete, responses })),
    ),
  ),
);
const LABEL_WORLDS: readonly LabelWorld[] = over([0, 1, 2], (taste) =>
  over([0, 0.1, 0.2, 0.3], (flips) => [false, true].map((ties) => ({ taste, flips, ties, longer: 0 }))),
);
/** Labellers without a taste of their own, of whose labels so many just pick the longer response. */
const LONGER_WORLDS: readonly LabelWorld[] = [0, 0.2, 0.3, 0.5].map((longer) => ({
  taste: 0,
  flips: 0,
  ties: false,
  longer,
}));

const beta = await loadBeta();

/** All audits of these worlds: round by round with 10, 20 and 40 labels. */
function audits(worlds: readonly RewardWorld[], labels: readonly LabelWorld[], isPlacebo: boolean): Asked[] {
  return worlds.flatMap((world, place) =>
    Array.from({ length: ROUNDS }, (_, round) => {
      const count = LABELS_ASKED[round % LABELS_ASKED.length] ?? NaN;
      const seed = SEED + place * ROUNDS + round;
      const trials = runTrials(world, labels, { ...SIZES, count }, { seed, isPlacebo, beta });
      return trials.map((trial) => ({ ...trial, count }));
    }).flat(),
  );
}

const started = performance.now();
const trials = audits(REWARD_WORLDS, LABEL_WORLDS, false);
const placebos = audits(
  REWARD_WORLDS,
  LABEL_WORLDS.filter(({ taste }) => taste < 2),
  true,
);
const longer = audits(
  REWARD_WORLDS.filter(({ bias }) => bias >= 1),
  LONGER_WORLDS,
  false,
);
const cells = readCells();
const onData = { draws: DRAWS, seed: SEED, beta };
const day = new Date().toISOString().slice(0, 10);
const section = [
  '',
  `Written by \`npm run simulations\` on ${day}, Node ${process.version}; ${ROUNDS} rounds of ${REWARD_WORLDS.length} reward models, ` +
    `each judged by ${LABEL_WORLDS.length} kinds of labellers; seeds from ${SEED}.`,
  '',
  '### Coverage, and wrong `calibrate`',
  '',
  ...coverageTable(trials),
  '',
  'The lowest coverage where several factors have given levels:',
  '',
  ...lowestCoverage(trials),
  '',
  '### E[p] against labels that were not asked for',
  '',
  ...calibrationTable(trials),
  '',
  '### Placebo: lengths permuted',
  '',
  ...coverageTable(placebos),
  '',
  '### Labellers who just pick the longer response',
  '',
  ...longerTable(longer),
  '',
  '### Real reward models',
  '',
  ...(cells === undefined
    ? ['Not run: the labelled pairs (`../shared/data`) were absent.']
    : [
        ...dataTable(cells.models, onData),
        '',
        'The same by type of task, with the curve of all of a reward model’s pairs:',
        '',
        ...dataTable(cells.tasks, onData),
      ]),
  '',
].join('\n');
console.log(section);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
if (!isQuick) writeSection(PAGE, 'few-labels', section);
