/** Count, means, and sums of squared and multiplied distances from the means, of pairs (x, y). */
interface Moments {
  readonly count: number;
  readonly meanX: number;
  readonly meanY: number;
  readonly sumXX: number;
  readonly sumYY: number;
  readonly sumXY: number;
}

const NONE: Moments = { count: 0, meanX: 0, meanY: 0, sumXX: 0, sumYY: 0, sumXY: 0 };

/**
 * Pearson's correlation of two streams in O(1) memory: the moments of each batch about its own means, merged as Chan,
 * Golub and LeVeque do (1983, The American Statistician 37, 242-247), so that large offsets cost no digits.
 */
export class RunningCorrelation {
  #moments = NONE;

  /**
   * Adds the pairs of two columns of equal length. A batch whose squares overflow is passed over: it would leave no correlation
   * to any batch behind it.
   */
  add(x: ArrayLike<number>, y: ArrayLike<number>): void {
    if (x.length === 0) return;
    const moments = merge(this.#moments, momentsOf(x, y));
    if (Object.values(moments).every(Number.isFinite)) this.#moments = moments;
  }

  /** Pairs so far. */
  get count(): number {
    return this.#moments.count;
  }

  /** Pearson's r, or undefined while a stream is constant or shorter than two. */
  get value(): number | undefined {
    const { count, sumXX, sumYY, sumXY } = this.#moments;
    const r = sumXY / Math.sqrt(sumXX * sumYY);
    return count > 1 && Number.isFinite(r) ? r : undefined;
  }
}

function momentsOf(x: ArrayLike<number>, y: ArrayLike<number>): Moments {
  const count = x.length;
  let totalX = 0;
  let totalY = 0;
  for (let i = 0; i < count; i++) {
    totalX += x[i] ?? Number.NaN;
    totalY += y[i] ?? Number.NaN;
  }
  const meanX = totalX / count;
  const meanY = totalY / count;
  let sumXX = 0;
  let sumYY = 0;
  let sumXY = 0;
  for (let i = 0; i < count; i++) {
    const fromMeanX = (x[i] ?? Number.NaN) - meanX;
    const fromMeanY = (y[i] ?? Number.NaN) - meanY;
    sumXX += fromMeanX * fromMeanX;
    sumYY += fromMeanY * fromMeanY;
    sumXY += fromMeanX * fromMeanY;
  }
  return { count, meanX, meanY, sumXX, sumYY, sumXY };
}

function merge(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const apartX = b.meanX - a.meanX;
  const apartY = b.meanY - a.meanY;
  const weight = (a.count * b.count) / count;
  return {
    count,
    meanX: a.meanX + (apartX * b.count) / count,
    meanY: a.meanY + (apartY * b.count) / count,
    sumXX: a.sumXX + b.sumXX + apartX * apartX * weight,
    sumYY: a.sumYY + b.sumYY + apartY * apartY * weight,
    sumXY: a.sumXY + b.sumXY + apartX * apartY * weight,
  };
}
