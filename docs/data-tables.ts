import type { BetaDistribution } from '../src/calibration/statistics/beta.js';
import { type AuditedCell, auditCell, type Cell, type HeldOut } from './audit-on-data.js';
import { Randomness } from './audit-worlds.js';
import { percent, shareOf, tableRow } from './tables.js';

const points = (gain: number) => `${gain < 0 ? '−' : '+'}${Math.abs(100 * gain).toFixed(2)}`;

function quantile(sorted: readonly number[], at: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? NaN;
}

/** A mean over draws, and the interval (95 %) of the draws. */
function withInterval(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return `${points(mean)} [${points(quantile(sorted, 0.025))}, ${points(quantile(sorted, 0.975))}]`;
}

/** The mean of several cells, draw by draw. */
function meanOver(draws: readonly (readonly HeldOut[])[]): HeldOut[] {
  const fields = ['verdict', 'always', 'half', 'labels', 'alpha'] as const;
  return (draws[0] ?? []).map((_, draw) => {
    const meanOf = (field: (typeof fields)[number]) =>
      draws.reduce((sum, cell) => sum + (cell[draw]?.[field] ?? NaN) / draws.length, 0);
    return {
      verdict: meanOf('verdict'),
      always: meanOf('always'),
      half: meanOf('half'),
      labels: meanOf('labels'),
      alpha: meanOf('alpha'),
    };
  });
}

function dataLine(
  name: string,
  cell: Pick<AuditedCell, 'pairs' | 'disputed'> | undefined,
  draws: readonly HeldOut[],
  isMean = false,
): string {
  const by = (of: (draw: HeldOut) => number) => withInterval(draws.map(of));
  const meanLabels = draws.reduce((sum, { labels }) => sum + labels / draws.length, 0);
  return tableRow([
    name,
    cell?.pairs ?? '',
    cell?.disputed ?? '',
    meanLabels.toFixed(1),
    isMean
      ? ''
      : [1, 0.5, 0]
          .map((alpha) =>
            percent(
              shareOf(draws, (draw) => draw.alpha === alpha),
              0,
            ),
          )
          .join(' / '),
    by(({ verdict }) => verdict),
    by(({ verdict, always }) => verdict - always),
    by(({ verdict, half }) => verdict - half),
    [shareOf(draws, ({ verdict }) => verdict > 0), shareOf(draws, ({ verdict }) => verdict < 0)]
      .map((share) => percent(share, 0))
      .join(' / '),
    [shareOf(draws, ({ always }) => always > 0), shareOf(draws, ({ always }) => always < 0)]
      .map((share) => percent(share, 0))
      .join(' / '),
  ]);
}

/** What verdicts gain on the half of each cell that was not asked about. */
export function dataTable(
  cells: readonly Cell[],
  settings: { draws: number; seed: number; beta: BetaDistribution },
): string[] {
  const { draws: count, seed, beta } = settings;
  const random = new Randomness(seed);
  const audited = cells.map((cell) => auditCell(cell, beta));
  const draws = audited.map((cell) => Array.from({ length: count }, () => cell.drawHalves(random)));
  return [
    '| cell | pairs | disputed | labels | `calibrate` / `unclear` / `leave` | verdict against never | against always | against α = 0.5 | verdict: gains / loses | always: gains / loses |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...audited.map((cell, i) => dataLine(cell.name, cell, draws[i] ?? [])),
    dataLine(`**mean of ${cells.length}**`, undefined, meanOver(draws), true),
  ];
}
