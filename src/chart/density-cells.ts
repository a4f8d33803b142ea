import type { AxisScale } from './axis-scale.js';
import type { Density } from './charted-curve.js';

/** A bin of both axes with samples in it, in places on the axes. */
export interface DensityCell {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Of the samples for an area of the plot, 0 to 1: the square root, so that sparse bins show. */
  readonly share: number;
}

/** Fuller bins than those of this share of all look alike: one narrow bin would leave the others pale. */
const FULLEST = 0.95;

/** A bin as narrow as one value is drawn at least this wide, as a share of the axis. */
const NARROWEST = 0.002;

/**
 * The bins that hold samples, and how densely: count ÷ area, by which bins of different sizes compare. The
 * area is the one on the plot, where a logarithmic axis makes small values wide. Bins are cut at the ends of
 * the axes; what is outside, as far as the plot is wide or high, counts as their area all the same.
 */
export function densityCells(density: Density, x: AxisScale, y: AxisScale): DensityCell[] {
  const columns = placesOf(density.characteristic.edges, x);
  const rows = placesOf(density.reward.edges, y);
  const found: { from: [number, number]; to: [number, number]; filling: number }[] = [];
  density.counts.forEach((counts, i) => {
    counts.forEach((count, j) => {
      const [left, right, bottom, top] = [columns[i], columns[i + 1], rows[j], rows[j + 1]];
      const isSeen = right > 0 && left < 1 && top > 0 && bottom < 1;
      if (count === 0 || !isSeen) return;
      found.push({
        from: [Math.max(left, 0), Math.max(bottom, 0)],
        to: [Math.min(right, 1), Math.min(top, 1)],
        filling: count / Math.max(NARROWEST, right - left) / Math.max(NARROWEST, top - bottom),
      });
    });
  });
  const ordered = found.map(({ filling }) => filling).sort((a, b) => a - b);
  const fullest = ordered[Math.min(ordered.length - 1, Math.floor(FULLEST * ordered.length))];
  return found.map(({ from, to, filling }) => ({
    from,
    to,
    share: Math.sqrt(Math.min(1, filling / fullest)),
  }));
}

function placesOf(edges: readonly number[], scale: AxisScale): number[] {
  return edges.map((edge) => scale.placeOf(edge));
}
