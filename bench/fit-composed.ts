import { estimateLwrWithin } from '../src/calibration/estimators/lwr-within.js';
import { estimateMean } from '../src/calibration/estimators/mean.js';
import { FOLDS } from '../src/calibration/fit/cross-fit.js';
import { DEFAULT_FIT_SETTINGS } from '../src/calibration/fit/fit-settings.js';
import { lowess } from '../src/lowess/lowess.js';
import { type Door, jsonBody } from './fit-door.js';
import { benchSamples } from './fit-samples.js';
import { median, timed } from './report.js';

/** A fit that contains others: several candidates, or those of a cross-fit. */
export interface ComposedFit {
  readonly name: string;
  /** Milliseconds that the service says the whole takes, over those of the fits it contains. */
  readonly ratio: number;
}

/** Samples a prompt. */
const PROMPT_SIZE = 4;

const FRAC = 0.5;

/** Samples with prompts, the first so many of them. */
interface Regressed {
  readonly values: Float64Array;
  readonly rewards: Float64Array;
  readonly groups: Int32Array;
}

/** Times fits through the door beside the fits that they contain, round after round: medians of ratios. */
export async function measureComposed(door: Door, n: number, rounds: number): Promise<ComposedFit[]> {
  const { x, y } = benchSamples(n);
  const groups = Int32Array.from(x, (_, i) => Math.floor(i / PROMPT_SIZE));
  const all = { values: x, rewards: y, groups };
  const columns = { rewards: y, chars: x, groups: Float64Array.from(groups) };
  const composed = [
    { name: '`iterations: "auto"`', settings: { iterations: 'auto' }, contained: () => candidates(all) },
    { name: '`mean`', settings: { estimator: 'mean' }, contained: () => withFolds(all, mean) },
    { name: '`lwr-within`', settings: { estimator: 'lwr-within' }, contained: () => withFolds(all, within) },
  ];
  const results: ComposedFit[] = [];
  for (const { name, settings, contained } of composed) {
    const body = jsonBody({ frac: FRAC, ...settings }, columns);
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) ratios.push((await door.fit(body)) / timed(contained));
    results.push({ name, ratio: median(ratios) });
  }
  return results;
}

function candidates({ values, rewards }: Regressed): void {
  for (const iterations of [3, 0]) lowess(values, rewards, { frac: FRAC, iterations });
}

function mean({ values, rewards }: Regressed): void {
  estimateMean(values, rewards, DEFAULT_FIT_SETTINGS);
}

function within({ values, rewards, groups }: Regressed): void {
  estimateLwrWithin(values, rewards, groups, { frac: FRAC, iterations: 3 });
}

/** The fit of all samples, and those of a cross-fit. */
function withFolds(all: Regressed, estimate: (samples: Regressed) => void): void {
  const { values, rewards, groups } = all;
  estimate(all);
  const outside = Math.floor((values.length * (FOLDS - 1)) / FOLDS);
  const part = {
    values: values.slice(0, outside),
    rewards: rewards.slice(0, outside),
    groups: groups.slice(0, outside),
  };
  for (let fold = 0; fold < FOLDS; fold++) estimate(part);
}
