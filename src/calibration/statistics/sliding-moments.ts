/** Mean and variance of the values of a window. */
export interface WindowMoments {
  readonly count: number;
  readonly mean: number;
  /** Σ (value − mean)² ÷ count. */
  readonly variance: number;
}

/** Gives the moments of values[low … high − 1], not empty; neither bound may go back. */
export type SlidingMoments = (low: number, high: number) => WindowMoments;

/**
 * Mean and variance in a window by differences of sums up to here: the fastest way, with errors relative to
 * the greatest of all values. They should lie about 0.
 */
export function runningMoments(values: Float64Array): SlidingMoments {
  const sums = new Float64Array(values.length + 1);
  const squares = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    sums[i + 1] = sums[i] + values[i];
    squares[i + 1] = squares[i] + values[i] * values[i];
  }
  return (low, high) => {
    const count = high - low;
    const mean = (sums[high] - sums[low]) / count;
    return { count, mean, variance: Math.max(0, (squares[high] - squares[low]) / count - mean * mean) };
  };
}

/**
 * Mean and variance in a window that slides over the values, as precise as the values in the window allow:
 * what it has passed leaves no trace, as it would in differences of sums up to here. Sums grow from a divide
 * in both directions, and where the window has passed the divide, it moves to the window's end (two-stack
 * sliding-window aggregation: Tangwongsan, Hirzel, Schneider and Wu 2015, PVLDB 8, 702-713). Moments of both
 * parts are merged as Chan, Golub and LeVeque do (1983, The American Statistician 37, 242-247). Costs O(1) a
 * step.
 */
export function slidingMoments(values: Float64Array): SlidingMoments {
  // Of values[i … divide − 1]: mean, and Σ (value − mean)².
  const means = new Float64Array(values.length);
  const spreads = new Float64Array(values.length);
  let divide = 0;
  // Of values[divide … next − 1].
  let next = 0;
  let mean = 0;
  let spread = 0;
  const moveDivide = (low: number) => {
    divide = next;
    let behindMean = 0;
    let behindSpread = 0;
    for (let i = next - 1; i >= low; i--) {
      const distance = values[i] - behindMean;
      behindMean += distance / (next - i);
      behindSpread += distance * (values[i] - behindMean);
      means[i] = behindMean;
      spreads[i] = behindSpread;
    }
    mean = 0;
    spread = 0;
  };
  return (low, high) => {
    for (; next < high; next++) {
      const distance = values[next] - mean;
      mean += distance / (next + 1 - divide);
      spread += distance * (values[next] - mean);
    }
    if (low >= divide) moveDivide(low);
    const count = high - low;
    const after = high - divide;
    if (after === 0) return { count, mean: means[low], variance: spreads[low] / count };
    const apart = mean - means[low];
    const share = after / count;
    return {
      count,
      mean: means[low] + apart * share,
      variance: (spreads[low] + spread + apart * apart * share * (count - after)) / count,
    };
  };
}
