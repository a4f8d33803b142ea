import { measureText, type SampleRow, type Samples } from '../calibration/samples.js';
import { ROW_STEPS, SLICE, Slices } from './slices.js';

/**
 * Samples ready to be measured at once: where they hold much text, it is measured here a slice at a time, and the numbers stand in
 * the rows, where they win over measuring the text again. Little text, and columns, come back as they are, without a promise.
 *
 * @param names what may have to be measured; asked for only where there is much text.
 */
export function measureAhead(samples: Samples, names: () => readonly string[]): Samples | Promise<Samples> {
  if ('columns' in samples || !holdsMuchText(samples.rows)) return samples;
  return measureInSlices(samples.rows, names(), new Slices()).then((rows) => ({ ...samples, rows }));
}

function holdsMuchText(rows: readonly SampleRow[]): boolean {
  let units = 0;
  for (const { response } of rows) {
    units += response?.length ?? 0;
    if (units > SLICE) return true;
  }
  return false;
}

/** The rows with the characteristics of their text as numbers; see `measureText`. */
export async function measureInSlices(
  rows: readonly SampleRow[],
  names: readonly string[],
  slices: Slices,
): Promise<SampleRow[]> {
  const measured: SampleRow[] = [];
  for (const row of rows) {
    measured.push(measureText(row, names));
    const turn = slices.done(ROW_STEPS + (row.response?.length ?? 0));
    if (turn) await turn;
  }
  return measured;
}
