/** Samples of a reward model, for measuring fits. */
export interface BenchSamples {
  x: Float64Array;
  y: Float64Array;
}

/** Numbers in [0, 1) from a seed: mulberry32, so that every run and every peer sees the same samples. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Whole lengths, or real ones of which no two are equal. */
export type LengthKind = 'whole' | 'real';

/** n lognormal lengths in 20 … 8,000 with saturating length bias, unit noise and 3% outliers. */
export function benchSamples(n: number, kind: LengthKind = 'whole'): BenchSamples {
  const random = seeded(n);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const length = Math.min(8000, Math.max(20, Math.round(Math.exp(6.5 + 0.8 * gauss()))));
    x[i] = kind === 'whole' ? length : length + random();
    y[i] = 2 * Math.log1p(length / 300) + gauss() + (random() < 0.03 ? 4 : 0);
  }
  return { x, y };
}
