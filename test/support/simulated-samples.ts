import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { MeasuredSamples } from '../../src/calibration/samples/samples.js';

/** Seeded draws. */
export interface Draws {
  uniform(): number;
  /** Standard normal: Box and Muller (1958). */
  normal(): number;
}

export function drawsOf(seed: number): Draws {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

export interface SimulatedSample {
  readonly chars: number;
  readonly reward: number;
  readonly prompt?: number;
}

/** Samples drawn one by one; with `groups` where each has a prompt. */
export function simulate(
  size: number,
  seed: number,
  draw: (draws: Draws, i: number) => SimulatedSample,
): MeasuredSamples {
  const draws = drawsOf(seed);
  const samples = Array.from({ length: size }, (_, i) => draw(draws, i));
  const groups = Int32Array.from(samples, ({ prompt = -1 }) => prompt);
  return {
    rewards: Float64Array.from(samples, ({ reward }) => reward),
    characteristics: new Map([['chars', Float64Array.from(samples, ({ chars }) => chars)]]),
    ...(!groups.includes(-1) && { groups }),
  };
}

/** A lognormal whole length, median 665 (most within 200 and 2,200), from a standard normal. */
export const lengthOf = (z: number): number => Math.round(Math.exp(6.5 + 0.6 * z));

/** Lognormal lengths, a bias of `slope` · log(length), and the noise given. */
export function biasedSamples(
  size: number,
  seed: number,
  slope = 1,
  noise: (draws: Draws, i: number) => number = ({ normal }) => normal(),
): MeasuredSamples {
  return simulate(size, seed, (draws, i) => {
    const chars = lengthOf(draws.normal());
    return { chars, reward: slope * Math.log(chars) + noise(draws, i) };
  });
}

/**
 * Prompts with long answers have low levels: reward = level + log(length) + noise within a prompt, though
 * over all samples it falls with length. `promptEffect` 0 gives prompts that are all alike.
 */
export function promptSamples(
  prompts: number,
  responses: number,
  seed: number,
  promptEffect = 1,
): MeasuredSamples {
  const draws = drawsOf(seed);
  const typical = Array.from({ length: prompts }, () => [draws.normal(), draws.normal()] as const);
  return simulate(prompts * responses, seed + 1, ({ normal }, i) => {
    const prompt = Math.floor(i / responses);
    const [length, level] = typical[prompt] ?? [0, 0];
    const chars = Math.round(Math.exp(6.5 + 0.6 * promptEffect * length + 0.4 * normal()));
    return { prompt, chars, reward: promptEffect * (level - 2 * length) + Math.log(chars) + normal() };
  });
}
