/**
 * The beta distribution with shapes α, β > 0, as SciPy's `scipy.stats.beta`. @stdlib's port of Boost agrees
 * with SciPy to 4e-15, where jstat reaches 3e-9 and lib-r-math.js 7e-6.
 */
export interface BetaDistribution {
  /** P(X ≤ x). */
  cdf(x: number, alpha: number, beta: number): number;
  /** The x with P(X ≤ x) = probability. */
  quantile(probability: number, alpha: number, beta: number): number;
}

/**
 * Loads the beta distribution: two hundred small packages, about a tenth of a second, once. Statistics of
 * labels take it as an argument, so that a process that never judges labels never loads it.
 */
export async function loadBeta(): Promise<BetaDistribution> {
  const [cdf, quantile] = await Promise.all([
    import('@stdlib/stats-base-dists-beta-cdf'),
    import('@stdlib/stats-base-dists-beta-quantile'),
  ]);
  return { cdf: cdf.default, quantile: quantile.default };
}
