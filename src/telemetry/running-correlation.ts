/**
 * Count, means, and sums of squared and multiplied distances from the means, of pairs (x, y). Kept and
 * written in place: every request has some.
 */
export class PairMoments {
  count = 0;
  meanX = 0;
  meanY = 0;
  sumXX = 0;
  sumYY = 0;
  sumXY = 0;
  /** The greatest |x|. */
  sizeX = 0;
  /** The greatest |y|, or size of what y was computed from. */
  sizeY = 0;

  /**
   * Takes the moments of the pairs of two columns of equal length, in place of those it had.
   *
   * @param computedFrom what y is the difference of or to, whose rounding errors it has: raw rewards.
   */
  take(x: ArrayLike<number>, y: ArrayLike<number>, computedFrom: ArrayLike<number> = y): void {
    takeMoments(x, y, this);
    if (computedFrom !== y) this.sizeY = Math.max(this.sizeY, largest(computedFrom));
  }

  get isFinite(): boolean {
    return (
      Number.isFinite(this.meanX) &&
      Number.isFinite(this.meanY) &&
      Number.isFinite(this.sumXX) &&
      Number.isFinite(this.sumYY) &&
      Number.isFinite(this.sumXY) &&
      Number.isFinite(this.sizeX) &&
      Number.isFinite(this.sizeY)
    );
  }
}

/**
 * A standard deviation below this share of the greatest size is rounding: four units in the last place, as of
 * calibrated rewards (`roundingBound`), and more than those of the means here.
 */
const ROUNDING_OF_SIZE = 2 ** -51;

/**
 * Pearson's correlation of two streams in O(1) memory: the moments of each batch about its own
 * means, merged as Chan, Golub and LeVeque do (1983, The American Statistician 37, 242-247), so that
 * large offsets cost no digits. Added to for every request: its moments are written in place.
 */
export class RunningCorrelation {
  #moments = new PairMoments();
  #next = new PairMoments();
  readonly #batch = new PairMoments();

  /**
   * Adds the pairs of two columns of equal length. A batch whose squares overflow is skipped: after it no
   * correlation could be computed.
   *
   * @param computedFrom as for {@link PairMoments.take}.
   */
  add(x: ArrayLike<number>, y: ArrayLike<number>, computedFrom: ArrayLike<number> = y): void {
    this.#batch.take(x, y, computedFrom);
    this.addMoments(this.#batch);
  }

  /** Adds pairs by their moments, as {@link add} would. */
  addMoments(moments: PairMoments): void {
    if (moments.count === 0) return;
    merge(this.#moments, moments, this.#next);
    if (this.#next.isFinite) [this.#moments, this.#next] = [this.#next, this.#moments];
  }

  /** Adds the pairs of another one, which stays as it is. */
  addAll(other: RunningCorrelation): void {
    this.addMoments(other.#moments);
  }

  /** Pairs so far. */
  get count(): number {
    return this.#moments.count;
  }

  /** Pearson's r, or undefined while a stream is constant (up to rounding errors) or shorter than two. */
  get value(): number | undefined {
    const { count, sumXX, sumYY, sumXY, sizeX, sizeY } = this.#moments;
    if (isRounding(sumXX, count, sizeX) || isRounding(sumYY, count, sizeY)) return undefined;
    // Each root by itself: a product of squares may overflow.
    const r = sumXY / (Math.sqrt(sumXX) * Math.sqrt(sumYY));
    if (!(count > 1 && Number.isFinite(r))) return undefined;
    return Math.max(-1, Math.min(1, r));
  }
}

function isRounding(squares: number, count: number, size: number): boolean {
  return Math.sqrt(squares / count) <= ROUNDING_OF_SIZE * size;
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] ?? Number.NaN));
  return most;
}

/** Writes the moments of these pairs. */
function takeMoments(x: ArrayLike<number>, y: ArrayLike<number>, into: PairMoments): void {
  const count = x.length;
  // About the first pair: a constant column has exactly its mean.
  const firstX = x[0] ?? Number.NaN;
  const firstY = y[0] ?? Number.NaN;
  let totalX = 0;
  let totalY = 0;
  let sizeX = 0;
  let sizeY = 0;
  for (let i = 0; i < count; i++) {
    const atX = x[i] ?? Number.NaN;
    const atY = y[i] ?? Number.NaN;
    totalX += atX - firstX;
    totalY += atY - firstY;
    sizeX = Math.max(sizeX, Math.abs(atX));
    sizeY = Math.max(sizeY, Math.abs(atY));
  }
  const meanX = firstX + totalX / count;
  const meanY = firstY + totalY / count;
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
  into.count = count;
  into.meanX = meanX;
  into.meanY = meanY;
  into.sumXX = sumXX;
  into.sumYY = sumYY;
  into.sumXY = sumXY;
  into.sizeX = sizeX;
  into.sizeY = sizeY;
}

/** Writes the moments of the pairs of both. */
function merge(a: PairMoments, b: PairMoments, into: PairMoments): void {
  const count = a.count + b.count;
  const apartX = b.meanX - a.meanX;
  const apartY = b.meanY - a.meanY;
  const weight = (a.count * b.count) / count;
  into.count = count;
  // Of a constant stream exactly its value, which its first pairs bring.
  into.meanX = a.count === 0 ? b.meanX : a.meanX + (apartX * b.count) / count;
  into.meanY = a.count === 0 ? b.meanY : a.meanY + (apartY * b.count) / count;
  into.sumXX = a.sumXX + b.sumXX + apartX * apartX * weight;
  into.sumYY = a.sumYY + b.sumYY + apartY * apartY * weight;
  into.sumXY = a.sumXY + b.sumXY + apartX * apartY * weight;
  into.sizeX = Math.max(a.sizeX, b.sizeX);
  into.sizeY = Math.max(a.sizeY, b.sizeY);
}
