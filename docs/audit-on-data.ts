import { judge } from '../src/calibration/audit/audit-verdict.js';
import { auditLabelledPool } from '../src/calibration/audit/audited-pool.js';
import { LABELS_ASKED } from '../src/calibration/audit/dispute-tally.js';
import { changesOf, evidenceOfChanges } from '../src/calibration/audit/label-evidence.js';
import { TURNED } from '../src/calibration/audit/order-change.js';
import { biasAt } from '../src/calibration/curve/bias-curve.js';
import { estimateBias } from '../src/calibration/fit/estimate.js';
import { DEFAULT_FIT_SETTINGS } from '../src/calibration/fit/fit-settings.js';
import type { BetaDistribution } from '../src/calibration/statistics/beta.js';
import { sharedData } from '../test/support/shared-data.js';
import type { Randomness } from './audit-worlds.js';

interface ScoredRow {
  readonly source: string;
  readonly rm: string;
  readonly pair_id: string;
  readonly label: 'chosen' | 'rejected';
  readonly reward: number;
  readonly len_chars: number;
}

/** Labelled pairs of one reward model and, perhaps, one type of task. */
export interface Cell {
  readonly name: string;
  readonly dataSet: string;
  /** Of all chosen, then all rejected responses. */
  readonly raw: Float64Array<ArrayBuffer>;
  /** b̂ of each, by the fit over all pairs of the reward model. */
  readonly biases: Float64Array<ArrayBuffer>;
}

const DATA_SETS = ['judgebench', 'helpsteer2'];

/** The labelled pairs of real reward models; undefined, with a printed reason, where they are absent. */
export function readCells(): { models: Cell[]; tasks: Cell[] } | undefined {
  const data = sharedData('');
  if (!data.present) return undefined;
  const models: Cell[] = [];
  const tasks: Cell[] = [];
  for (const dataSet of DATA_SETS) {
    const rows = data.readLines<ScoredRow>(`${dataSet}/rewards.jsonl.gz`);
    for (const rm of new Set(rows.map((row) => row.rm))) {
      const { pairs, cellOf } = fitModel(rows.filter((row) => row.rm === rm));
      const name = `${dataSet}, ${rm.split('/').at(-1)}`;
      const places = pairs.map((_, i) => i);
      models.push(cellOf(places, name, dataSet));
      for (const task of new Set(pairs.map(taskOf))) {
        const ofTask = places.filter((i) => taskOf(pairs[i]) === task);
        tasks.push(cellOf(ofTask, `${name}, ${task}`, dataSet));
      }
    }
  }
  return { models, tasks };
}

type Pair = Partial<Record<ScoredRow['label'], ScoredRow>> | undefined;

/** judgebench/mmlu-pro-law is of the type mmlu-pro. */
function taskOf(pair: Pair): string {
  const source = pair?.chosen?.source.split('/').at(-1) ?? '';
  return source.startsWith('mmlu-pro') ? 'mmlu-pro' : source;
}

function fitModel(rows: readonly ScoredRow[]) {
  const byName = new Map<string, Pair>();
  for (const row of rows) byName.set(row.pair_id, { ...byName.get(row.pair_id), [row.label]: row });
  const pairs = [...byName.values()];
  const columnOf = (places: readonly number[], field: 'reward' | 'len_chars') =>
    Float64Array.from(
      (['chosen', 'rejected'] as const).flatMap((side) =>
        places.map((i) => pairs[i]?.[side]?.[field] ?? NaN),
      ),
    );
  const all = pairs.map((_, i) => i);
  const samples = {
    rewards: columnOf(all, 'reward'),
    characteristics: new Map([['chars', columnOf(all, 'len_chars')]]),
  };
  const { curves } = estimateBias(samples, { ...DEFAULT_FIT_SETTINGS, iterations: 3 });
  const cellOf = (places: readonly number[], name: string, dataSet: string): Cell => ({
    name,
    dataSet,
    raw: columnOf(places, 'reward'),
    biases: columnOf(places, 'len_chars').map((length) =>
      curves.reduce((sum, curve) => sum + biasAt(curve, length), 0),
    ),
  });
  return { pairs, cellOf };
}

/** Gains in accuracy on the half that was not asked about, as shares; never calibrating gains 0. */
export interface HeldOut {
  readonly verdict: number;
  readonly always: number;
  readonly half: number;
  readonly labels: number;
  readonly alpha: number;
}

/** What stays the same in every draw from a cell. */
export interface AuditedCell extends Cell {
  readonly pairs: number;
  readonly disputed: number;
  readonly drawHalves: (random: Randomness) => HeldOut;
}

/** Prepares a cell for draws. */
export function auditCell(cell: Cell, beta: BetaDistribution): AuditedCell {
  const pairs = cell.raw.length / 2;
  const changes = [0.5, 1].map((alpha) =>
    changesOf(
      cell.raw,
      cell.raw.map((reward, i) => reward - alpha * (cell.biases[i] ?? NaN)),
      0,
    ),
  ) as [Int8Array, Int8Array];
  const [, full] = changes;
  const { pool } = auditLabelledPool({
    raw: cell.raw,
    calibrated: cell.raw.map((reward, i) => reward - (cell.biases[i] ?? NaN)),
  });
  const disputed = full.filter((change) => Math.abs(change) === TURNED).length;
  const drawHalves = (random: Randomness) => {
    // Pairs are drawn with replacement, and all copies of a pair fall into one half: both halves vary as
    // samples do, and no label is of a pair of the other half.
    const drawn = Array.from({ length: pairs }, () => Math.floor(random.uniform() * pairs));
    const isAsked = Uint8Array.from({ length: pairs }, () => (random.uniform() < 0.5 ? 1 : 0));
    const first = [...new Set(drawn.filter((pair) => isAsked[pair] === 1))];
    const candidates = first.filter((pair) => Math.abs(full[pair] ?? 0) === TURNED);
    const most = Math.min(LABELS_ASKED, Math.floor(disputed / 2));
    const asked = random.shuffled(candidates.length).slice(0, most);
    const evidence = evidenceOfChanges(
      asked.map((i) => ({ change: full[candidates[i] ?? NaN] ?? 0, prompt: i })),
    );
    const { alpha } = judge(evidence, { ...pool, pairs: null }, beta);
    const second = drawn.filter((pair) => isAsked[pair] === 0);
    const gainOf = (by: Int8Array) =>
      second.reduce((sum, pair) => sum + (by[pair] ?? 0) / 2, 0) / Math.max(1, second.length);
    const [half, always] = changes.map(gainOf) as [number, number];
    return {
      verdict: alpha === 1 ? always : alpha === 0.5 ? half : 0,
      always,
      half,
      labels: asked.length,
      alpha,
    };
  };
  return { ...cell, pairs, disputed, drawHalves };
}
