import type { ComposedFit } from './fit-composed.js';
import type { LengthKind } from './fit-samples.js';
import { TARGETS_HEAD, target } from './report.js';

/** A line of the fit benchmark: one program on one input. */
export interface Row {
  n: number;
  frac: number;
  kind: LengthKind;
  distinct: number;
  name: string;
  /** Median over the rounds. */
  ms: number;
  /** How many times as long as ours on the same input. */
  ratio: number;
}

/** Further measurements that targets name. */
export interface Findings {
  /** Time of `selectFrac` at n = 10⁵ over that of the fits it contains. */
  autoFracRatio: number;
  /** Peak memory of a fit above its input at n = 10⁷, in bytes a sample. */
  bytesPerSample: number;
  /** The same of real x, all distinct, at n = 10⁶. */
  bytesPerRealSample: number;
  /** Fits that contain others. */
  composed: readonly ComposedFit[];
  /** The largest difference to R's exact fit, as a share of the range of rewards. */
  distanceFromR: number;
}

export const OURS = 'this service';
/** `lowess` alone. */
export const KERNEL = 'its kernel';
export const PARSE = 'JSON.parse of the body';

/**
 * The targets of the specification (performance, section 1), each with its measurement and whether it was
 * met.
 */
export function targetsTable(rows: Row[], found: Findings): string {
  const whole = rows.filter(({ kind }) => kind === 'whole');
  const ratioOf = (name: string, n: number, frac: number) =>
    whole.find((row) => row.name === name && row.n === n && row.frac === frac)?.ratio;
  const timesKernel = (name: string, n: number, frac: number, least: number) => {
    const [ratio, kernel] = [ratioOf(name, n, frac), ratioOf(KERNEL, n, frac)];
    return line(`the kernel: ${name}`, n, frac, least, ratio && kernel && ratio / kernel);
  };
  const times = (name: string, n: number, frac: number, least: number) =>
    line(name, n, frac, least, ratioOf(name, n, frac));
  const line = (name: string, n: number, frac: number, least: number, ratio: number | undefined) => {
    const measured = ratio === undefined ? 'not measured' : `${ratio.toFixed(ratio < 10 ? 2 : 0)}×`;
    return target(
      `${name}, (${n.toLocaleString('en')}, ${frac})`,
      `≥ ${least}×`,
      measured,
      ratio,
      (r) => r >= least,
    );
  };
  const overKernel = [1e4, 2e4, 1e5, 1e6, 1e7].map((n) => {
    const ratio = whole.find((row) => row.name === KERNEL && row.n === n && row.frac >= 0.5)?.ratio;
    return ratio === undefined ? Number.NaN : 1 / ratio;
  });
  const realOverWhole = [OURS, KERNEL].map((name) => {
    const [real, same] = (['real', 'whole'] as const).map((kind) =>
      rows.find((row) => row.name === name && row.n === 1e6 && row.kind === kind),
    );
    return real && same ? real.ms / same.ms : Number.NaN;
  });
  const nanoseconds = [1e5, 1e6, 1e7].map((n) => {
    const row = whole.find(({ name, ...rest }) => name === KERNEL && rest.n === n && rest.frac === 0.5);
    return row ? (row.ms * 1e6) / n : Number.NaN;
  });
  const growth = Math.max(...nanoseconds.slice(1)) / Number(nanoseconds[0]);
  return [
    TARGETS_HEAD,
    times('R exact', 2e4, 0.9, 60),
    target(
      'the whole fit over its kernel, 10⁴, 2 · 10⁴, 10⁵, 10⁶, 10⁷',
      '≤ 3×',
      overKernel.map((ratio) => `${ratio.toFixed(1)}×`).join(', '),
      Math.max(...overKernel),
      (ratio) => ratio <= 3,
    ),
    times(PARSE, 1e6, 0.5, 1),
    timesKernel('statsmodels exact', 2e4, 0.9, 150),
    timesKernel('statsmodels 1%', 1e6, 0.5, 40),
    timesKernel('R exact', 2e4, 0.9, 60),
    timesKernel('R default', 1e6, 0.5, 15),
    timesKernel(PARSE, 1e5, 0.5, 1),
    timesKernel(PARSE, 1e6, 0.5, 1),
    target(
      'the kernel, ns a sample, 10⁵ → 10⁶ → 10⁷',
      'not growing',
      nanoseconds.map((v) => v.toFixed(0)).join(' → '),
      growth,
      (g) => g <= 1,
    ),
    target(
      'bytes a sample above the input, whole x, 10⁷',
      '≤ 40',
      found.bytesPerSample.toFixed(0),
      found.bytesPerSample,
      (b) => b <= 40,
    ),
    target(
      'bytes a sample above the input, real x, 10⁶',
      '≤ 60',
      found.bytesPerRealSample.toFixed(0),
      found.bytesPerRealSample,
      (b) => b <= 60,
    ),
    target(
      'real x over whole x, 10⁶: the whole fit, its kernel',
      '≤ 4×',
      realOverWhole.map((ratio) => `${ratio.toFixed(1)}×`).join(', '),
      Math.max(...realOverWhole),
      (ratio) => ratio <= 4,
    ),
    ...found.composed.map(({ name, ratio }) =>
      target(`${name} over the fits it contains`, '≤ 3×', `${ratio.toFixed(1)}×`, ratio, (r) => r <= 3),
    ),
    target(
      '`selectFrac` over the fits it contains, 10⁵',
      '< 3×',
      `${found.autoFracRatio.toFixed(2)}×`,
      found.autoFracRatio,
      (r) => r < 3,
    ),
    target(
      'largest difference to R exact, of the range',
      '≤ 1e-8',
      found.distanceFromR.toExponential(1),
      found.distanceFromR,
      (d) => d <= 1e-8,
    ),
  ].join('\n');
}
