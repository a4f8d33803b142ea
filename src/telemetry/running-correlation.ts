/**
 * Pearson's correlation of two streams, in one pass and O(1) memory: Welford's (1962) update of means and co-moments,
 * so that large offsets cost no digits.
 */
export class RunningCorrelation {
  #count = 0;
  #meanX = 0;
  #meanY = 0;
  #sumXX = 0;
  #sumYY = 0;
  #sumXY = 0;

  /** Adds the pairs of two columns of equal length. */
  add(x: Float64Array, y: ArrayLike<number>): void {
    x.forEach((value, i) => {
      this.#addPair(value, y[i] ?? Number.NaN);
    });
  }

  /** Pearson's r, or undefined while a stream is constant or shorter than two. */
  get value(): number | undefined {
    const r = this.#sumXY / Math.sqrt(this.#sumXX * this.#sumYY);
    return this.#count > 1 && Number.isFinite(r) ? r : undefined;
  }

  #addPair(x: number, y: number): void {
    this.#count++;
    const fromMeanX = x - this.#meanX;
    const fromMeanY = y - this.#meanY;
    this.#meanX += fromMeanX / this.#count;
    this.#meanY += fromMeanY / this.#count;
    this.#sumXX += fromMeanX * (x - this.#meanX);
    this.#sumYY += fromMeanY * (y - this.#meanY);
    this.#sumXY += fromMeanX * (y - this.#meanY);
  }
}
