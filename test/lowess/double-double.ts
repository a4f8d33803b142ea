/**
 * A number as the unevaluated sum of two doubles, some 32 digits (Dekker 1971, Numer. Math. 18, 224-242).
 * For tests: slow, plain, and not for numbers beyond 1e290.
 */
export type Double2 = readonly [high: number, low: number];

export const exact = (value: number): Double2 => [value, 0];
export const rounded = ([high, low]: Double2): number => high + low;

function renormalised(high: number, low: number): Double2 {
  const sum = high + low;
  return [sum, low - (sum - high)];
}

function twoSum(a: number, b: number): Double2 {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
}

/** Splits at 27 bits (Veltkamp). */
function halves(a: number): Double2 {
  const shifted = 134_217_729 * a;
  const high = shifted - (shifted - a);
  return [high, a - high];
}

function twoProduct(a: number, b: number): Double2 {
  const product = a * b;
  const [a1, a2] = halves(a);
  const [b1, b2] = halves(b);
  return [product, a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2];
}

export function add([a1, a2]: Double2, [b1, b2]: Double2): Double2 {
  const [sum, error] = twoSum(a1, b1);
  const [low, lowError] = twoSum(a2, b2);
  const [high, rest] = renormalised(sum, error + low);
  return renormalised(high, rest + lowError);
}

export const negative = ([high, low]: Double2): Double2 => [-high, -low];
export const subtract = (a: Double2, b: Double2): Double2 => add(a, negative(b));
export const size = (a: Double2): Double2 => (a[0] < 0 || (a[0] === 0 && a[1] < 0) ? negative(a) : a);

export function multiply([a1, a2]: Double2, [b1, b2]: Double2): Double2 {
  const [product, error] = twoProduct(a1, b1);
  return renormalised(product, error + (a1 * b2 + a2 * b1));
}

export function divide(a: Double2, b: Double2): Double2 {
  const first = a[0] / b[0];
  const rest = subtract(a, multiply(b, exact(first)));
  const second = rest[0] / b[0];
  const third = subtract(rest, multiply(b, exact(second)))[0] / b[0];
  return add(renormalised(first, second), exact(third));
}

export const isAbove = (a: Double2, b: Double2): boolean => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);

export function total(values: readonly Double2[]): Double2 {
  return values.reduce(add, exact(0));
}
