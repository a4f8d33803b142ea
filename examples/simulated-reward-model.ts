import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A response of the simulation: what a reward model says of it, and what only the simulation knows. */
export interface SimulatedResponse {
  readonly prompt: number;
  readonly chars: number;
  readonly reward: number;
  /** The true quality, which no reward model shows. */
  readonly quality: number;
}

/** Reward that a very long response gets for its length alone, and the length at which it has 63 % of it. */
const BIAS_LIMIT = 3;
const BIAS_LENGTH = 600;
const NOISE = 0.5;
const OUTLIER_SHARE = 0.02;
const OUTLIER_SIZE = 8;

/**
 * A reward model whose reward is quality + BIAS_LIMIT · (1 − exp(−chars ÷ BIAS_LENGTH)) + noise, with a few
 * outliers. Quality is independent of length, and lengths are lognormal: a saturating length bias, as the
 * paper finds it.
 */
export function simulate(prompts: number, responsesPerPrompt: number, seed: number): SimulatedResponse[] {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  // Box & Muller (1958)
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: prompts * responsesPerPrompt }, (_, i) => {
    const chars = Math.max(1, Math.round(Math.exp(6.2 + 0.8 * normal())));
    const quality = normal();
    const bias = BIAS_LIMIT * (1 - Math.exp(-chars / BIAS_LENGTH));
    const outlier = uniform() < OUTLIER_SHARE ? OUTLIER_SIZE * (uniform() < 0.5 ? -1 : 1) : 0;
    const reward = quality + bias + NOISE * normal() + outlier;
    return { prompt: Math.floor(i / responsesPerPrompt), chars, quality, reward };
  });
}

/** Share of pairs of responses to one prompt that the rewards order as the true quality does. */
export function pairwiseAccuracy(
  responses: readonly SimulatedResponse[],
  rewards: readonly number[],
): number {
  let right = 0;
  let pairs = 0;
  for (const [i, one] of responses.entries()) {
    for (let j = i + 1; responses[j]?.prompt === one.prompt; j++) {
      const other = responses[j];
      if (other === undefined) break;
      pairs++;
      if (Math.sign(one.quality - other.quality) === Math.sign((rewards[i] ?? 0) - (rewards[j] ?? 0)))
        right++;
    }
  }
  return right / pairs;
}
