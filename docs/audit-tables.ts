import type { Trial } from './audit-trials.js';
import { percent, shareOf, tableRow } from './tables.js';

/** A trial with the number of labels asked for. */
export interface Asked extends Trial {
  readonly count: number;
}

/** What differs between audits, in words, with its level in each. */
const FACTORS: readonly (readonly [string, (trial: Asked) => string])[] = [
  ['bias', ({ world }) => `${world.bias}`],
  ['noise', ({ world }) => `${world.noise}`],
  ['rewards', ({ world }) => (world.discrete ? 'whole numbers' : 'continuous')],
  ['pairs a prompt', ({ world }) => `${(world.responses * (world.responses - 1)) / 2}`],
  ['labellers’ taste', ({ labels }) => `${labels.taste}`],
  ['labels turned round', ({ labels }) => percent(labels.flips, 0)],
  ['label ties', ({ labels }) => (labels.ties ? 'yes' : 'no')],
  ['labels asked', ({ count }) => `${count}`],
];

const isWrong = ({ code, trueGain }: Trial) => code === 'calibrate' && trueGain < 0;

function trialLine(name: string, trials: readonly Asked[]): string {
  return tableRow([
    name,
    trials.length.toLocaleString('en'),
    percent(shareOf(trials, (trial) => trial.coversPool)),
    percent(shareOf(trials, (trial) => trial.coversNewSample)),
    percent(shareOf(trials, ({ code }) => code === 'calibrate')),
    percent(shareOf(trials, isWrong)),
    percent(shareOf(trials, (trial) => isWrong(trial) && trial.trueGain < -0.01)),
  ]);
}

/** Audits by the levels of some factors. */
function levelsOf(trials: readonly Asked[], factors: typeof FACTORS): [string, Asked[]][] {
  const nameOf = (trial: Asked) => factors.map(([name, level]) => `${name} ${level(trial)}`).join(', ');
  const groups = new Map<string, Asked[]>();
  for (const trial of trials) {
    const name = nameOf(trial);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [trial]);
    else group.push(trial);
  }
  return [...groups];
}

/** Coverage of both intervals and what verdicts say, by the levels of every factor. */
export function coverageTable(trials: readonly Asked[]): string[] {
  return [
    '| audits | number | covered: this pool | covered: new sample | `calibrate` | wrongly | by > 1 point |',
    '|---|--:|--:|--:|--:|--:|--:|',
    trialLine('**all**', trials),
    ...FACTORS.flatMap((factor) =>
      levelsOf(trials, [factor])
        .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
        .map(([name, group]) => trialLine(name, group)),
    ),
  ];
}

/** The lowest coverage where two factors, or three, have given levels. */
export function lowestCoverage(trials: readonly Asked[]): string[] {
  const pairs = FACTORS.flatMap((one, i) => FACTORS.slice(i + 1).map((other) => [one, other]));
  const triples = FACTORS.flatMap((one, i) =>
    FACTORS.slice(i + 1).flatMap((other, k) => FACTORS.slice(i + k + 2).map((third) => [one, other, third])),
  );
  const measures = [
    ['this pool', (trial: Asked) => trial.coversPool],
    ['new sample', (trial: Asked) => trial.coversNewSample],
  ] as const;
  const lines = [pairs, triples].flatMap((combinations) =>
    measures.map(([measure, covers]) => {
      const groups = combinations.flatMap((factors) => levelsOf(trials, factors));
      const shares = groups.map(([name, group]) => ({
        name,
        size: group.length,
        share: shareOf(group, covers),
      }));
      const below = shares.filter(({ share }) => share < 0.85).length;
      const lowest = shares.reduce((least, next) => (next.share < least.share ? next : least));
      return tableRow([
        combinations[0]?.length ?? 0,
        measure,
        shares.length,
        below,
        `${percent(lowest.share)} of ${lowest.size.toLocaleString('en')} (${lowest.name})`,
      ]);
    }),
  );
  return ['| factors | interval | combinations | below 85 % | lowest |', '|--:|---|--:|--:|---|', ...lines];
}

/** E[p] against the labels of disputed pairs that were not asked about. */
export function calibrationTable(trials: readonly Asked[]): string[] {
  const bins = Array.from({ length: 10 }, (_, bin) => {
    const inside = trials.filter(({ expected }) => Math.min(9, Math.floor(10 * expected)) === bin);
    const sum = (of: (trial: Trial) => number) => inside.reduce((total, trial) => total + of(trial), 0);
    const unlabelled = sum((trial) => trial.unlabelled);
    return {
      bin,
      audits: inside.length,
      unlabelled,
      expected: sum((t) => t.expected * t.unlabelled) / unlabelled,
      siding: sum((t) => t.siding) / unlabelled,
    };
  });
  return [
    '| E[p] | audits | pairs without a label | mean E[p] | sided with calibration |',
    '|---|--:|--:|--:|--:|',
    ...bins
      .filter(({ unlabelled }) => unlabelled > 0)
      .map(({ bin, audits: number, unlabelled, expected, siding }) =>
        tableRow([
          `${bin / 10}–${(bin + 1) / 10}`,
          number.toLocaleString('en'),
          unlabelled.toLocaleString('en'),
          expected.toFixed(3),
          siding.toFixed(3),
        ]),
      ),
  ];
}

/** How often calibration that gains by quality is found, the more labels just pick the longer response. */
export function longerTable(trials: readonly Asked[]): string[] {
  const shares = [...new Set(trials.map(({ labels }) => labels.longer))];
  const gains = new Map<string, boolean>();
  const keyOf = ({ world, seed }: Asked) => `${JSON.stringify(world)} ${seed}`;
  for (const trial of trials) if (trial.labels.longer === 0) gains.set(keyOf(trial), trial.trueGain > 0);
  const right = trials.filter((trial) => gains.get(keyOf(trial)));
  return [
    '| labels that pick the longer response | audits where calibration gains by quality | `calibrate` |',
    '|--:|--:|--:|',
    ...shares.map((longer) => {
      const group = right.filter(({ labels }) => labels.longer === longer);
      return tableRow([
        percent(longer, 0),
        group.length.toLocaleString('en'),
        percent(shareOf(group, ({ code }) => code === 'calibrate')),
      ]);
    }),
  ];
}
