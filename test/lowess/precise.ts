import {
  add,
  type Double2,
  divide,
  exact,
  isAbove,
  multiply,
  rounded,
  size,
  subtract,
  total,
} from './double-double.js';

export interface PreciseFit {
  /** The distinct x, ascending. */
  x: number[];
  /** The fitted value at each. */
  fitted: number[];
  /** Σ |row of the smoother| · |y| at each: a sum of doubles carries errors of this size times 1e-16. */
  content: number[];
  /** Whether the rules decided by a hair somewhere, so that rounding could decide otherwise. */
  isClose: boolean;
  /** mean |y - prediction without the sample itself|, at a sample of weight 0 to its fitted value. */
  leaveOneOut: number;
}

interface Line {
  value: Double2;
  content: number;
  /** The leverage of a sample at x of robustness weight 1. */
  level: Double2;
}

const ONE = exact(1);
const NOTHING = exact(0);
const NEAR = divide(ONE, exact(1000));
const FAR = divide(exact(999), exact(1000));

/** Relative distance at which a comparison counts as decided by a hair. */
const HAIR = 1e-11;

/**
 * LOWESS by its per-sample definition and R's rules in arithmetic of 32 digits: what
 * `golden/outliers.py` does with 50, for the samples of property tests. Nothing here is shared with
 * src/lowess.
 */
export function preciseLowess(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  frac: number,
  iterations: number,
): PreciseFit {
  const n = x.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => at(x, a) - at(x, b) || a - b);
  const xs = order.map((i) => at(x, i));
  const ys = order.map((i) => at(y, i));
  const k = Math.min(n, Math.max(2, Math.floor(frac * n + 1e-7)));
  let robustness: Double2[] = xs.map(() => ONE);
  let isClose = false;
  for (let pass = 0; ; pass++) {
    const lines = linesAt(xs, ys, robustness, k);
    const sizes = ys.map((value, i) => size(subtract(exact(value), lineOf(lines, at(xs, i)).value)));
    const sorted = sizes.slice().sort((a, b) => (isAbove(a, b) ? 1 : -1));
    const width = multiply(exact(3), add(get(sorted, n >> 1), get(sorted, (n - 1) >> 1)));
    isClose ||= width[0] < 1e-9;
    // Huge outliers of both signs that cancel in a window leave a curve near its samples, but in doubles
    // few of its digits.
    isClose ||= sizes.some(
      ([value], i) =>
        value <= width[0] && lineOf(lines, at(xs, i)).content * Number.EPSILON > 1e-11 * width[0],
    );
    if (pass === iterations || width[0] === 0) {
      const distinct = [...lines.keys()];
      return {
        x: distinct,
        fitted: distinct.map((value) => rounded(lineOf(lines, value).value)),
        content: distinct.map((value) => lineOf(lines, value).content),
        isClose,
        leaveOneOut: leaveOneOut(xs, ys, robustness, lines),
      };
    }
    robustness = sizes.map((value) => bisquare(value, width));
    isClose ||= sizes.some(
      ([value]) => isHair(value, 0.999 * width[0]) || (isHair(value, 0.001 * width[0]) && value > 0),
    );
  }
}

const isHair = (a: number, b: number) => Math.abs(a - b) <= HAIR * Math.abs(b);

function linesAt(xs: number[], ys: number[], robustness: Double2[], k: number): Map<number, Line> {
  const lines = new Map<number, Line>();
  let left = 0;
  for (const [i, here] of xs.entries()) {
    while (left + k < xs.length && here - at(xs, left) > at(xs, left + k) - here) left++;
    if (lines.has(here)) continue;
    const radius = Math.max(here - at(xs, left), at(xs, left + k - 1) - here);
    lines.set(here, lineAt(xs, ys, robustness, i, left, radius));
  }
  return lines;
}

function lineAt(
  xs: number[],
  ys: number[],
  robustness: Double2[],
  i: number,
  left: number,
  radius: number,
): Line {
  const here = at(xs, i);
  const members: { distance: Double2; y: number; weight: Double2 }[] = [];
  for (let j = left; j < xs.length; j++) {
    const distance = exact(at(xs, j) - here); // exact for whole x
    const tricube = tricubeAt(size(distance), exact(radius));
    if (tricube[0] === 0 && distance[0] > 0) break;
    members.push({ distance, y: at(ys, j), weight: multiply(tricube, get(robustness, j)) });
  }
  const weight = total(members.map((member) => member.weight));
  if (!(weight[0] > 0))
    return { value: exact(at(ys, i)), content: Math.abs(at(ys, i)), level: exact(Infinity) };
  const share = members.map((member) => divide(member.weight, weight));
  const mean = total(members.map(({ distance }, j) => multiply(get(share, j), distance)));
  const spread = total(
    members.map(({ distance }, j) => {
      const apart = subtract(distance, mean);
      return multiply(get(share, j), multiply(apart, apart));
    }),
  );
  const range = multiply(NEAR, exact(at(xs, xs.length - 1) - at(xs, 0)));
  const isSloped = isAbove(spread, multiply(range, range));
  const lever = isSloped ? divide(mean, spread) : NOTHING;
  const row = members.map(({ distance }, j) =>
    multiply(get(share, j), subtract(ONE, multiply(lever, subtract(distance, mean)))),
  );
  const level = divide(add(ONE, multiply(lever, mean)), weight);
  return {
    value: total(members.map(({ y }, j) => multiply(get(row, j), exact(y)))),
    content: members.reduce((sum, { y }, j) => sum + Math.abs(get(row, j)[0] * y), 0),
    level,
  };
}

function tricubeAt(distance: Double2, radius: Double2): Double2 {
  if (isAbove(distance, multiply(FAR, radius))) return NOTHING;
  if (!isAbove(distance, multiply(NEAR, radius))) return ONE;
  const u = divide(distance, radius);
  const rest = subtract(ONE, multiply(u, multiply(u, u)));
  return multiply(rest, multiply(rest, rest));
}

function bisquare(value: Double2, width: Double2): Double2 {
  if (isAbove(value, multiply(FAR, width))) return NOTHING;
  if (!isAbove(value, multiply(NEAR, width))) return ONE;
  const u = divide(value, width);
  const rest = subtract(ONE, multiply(u, u));
  return multiply(rest, rest);
}

/** Compared by what exceeds Σ |y|: one double has no room for both. */
function leaveOneOut(
  xs: number[],
  ys: number[],
  robustness: Double2[],
  lines: ReadonlyMap<number, Line>,
): number {
  const n = xs.length;
  const mean = divide(total(ys.map(exact)), exact(n));
  const terms = ys.map((y, i) => {
    const { value, level } = lineOf(lines, at(xs, i));
    const leverage = level[0] === Infinity ? ONE : multiply(get(robustness, i), level);
    const rest = subtract(ONE, leverage);
    const predicted =
      rest[0] > 1e-6 ? divide(size(subtract(exact(y), value)), rest) : size(subtract(exact(y), mean));
    return subtract(predicted, size(exact(y)));
  });
  return rounded(divide(total(terms), exact(n)));
}

function lineOf(lines: ReadonlyMap<number, Line>, x: number): Line {
  const line = lines.get(x);
  if (line === undefined) throw new RangeError(`no line at ${x}`);
  return line;
}

function at(values: ArrayLike<number>, i: number): number {
  return Number(values[i]);
}

function get(values: readonly Double2[], i: number): Double2 {
  return values[i] ?? exact(Number.NaN);
}
