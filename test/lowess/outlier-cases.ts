import { readFileSync } from 'node:fs';

/** Samples with outliers, and their LOWESS in 50 digits. */
export interface OutlierCase {
  name: string;
  frac: number;
  iterations: number;
  x: number[];
  y: number[];
  /** The samples that are outliers. */
  far: number[];
  /** At the distinct x. */
  fitted: number[];
}

/** Made by golden/outliers.py. */
export const golden: { made_by: string; cases: OutlierCase[] } = JSON.parse(
  readFileSync(new URL('./golden/outliers.json', import.meta.url), 'utf8'),
);

/** In ranges of the ordinary rewards, or in sizes of the fitted value where outliers make it larger. */
export const BOUND = 1e-9;
