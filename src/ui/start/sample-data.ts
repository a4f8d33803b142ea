import { capitalized } from '../../chart/capitalized.js';

/** The reward model that the simulated data are fitted for. */
export const SAMPLE_MODEL = 'demo/sample';

/** A simulated response, with the reward that a simulated reward model gives it. */
export interface SampleRow {
  readonly id: string;
  readonly prompt: string;
  readonly response: string;
  readonly reward: number;
}

const PROMPTS = 500;
const RESPONSES_PER_PROMPT = 4;

/** Lengths are lognormal: half of the responses are shorter than this, and so far do they spread. */
const MEDIAN_LENGTH = 420;
const SPREAD = 0.75;

/** Reward for each e-fold of length: the bias. */
const BIAS = 0.9;
const NOISE = 0.5;

/** The bias of the simulated rewards, in words. */
export const SAMPLE_BIAS = `they rise by ${(BIAS * Math.LN2).toFixed(2)} with every doubling of length, whatever the quality`;

/** The most points that a response can cover; its text says how many it does, so that it can be judged. */
const POINTS = 5;

const WORDS =
  'the answer goes on for a while and adds that more could be said of this in other words which may or may not help but are part of it'.split(
    ' ',
  );

/**
 * The same simulated data in every tab: reward = quality + BIAS · log(length) + noise, with quality
 * independent of length. A response says how many points it covers, which is its quality; the rest of its
 * text is filler.
 */
export function simulateSamples(seed = 20_241_123): SampleRow[] {
  const uniform = generatorOf(seed);
  // Box & Muller (1958)
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: PROMPTS * RESPONSES_PER_PROMPT }, (_, i) => {
    const prompt = Math.floor(i / RESPONSES_PER_PROMPT) + 1;
    const points = Math.min(POINTS, Math.max(0, Math.round(POINTS / 2 + 1.3 * normal())));
    const length = Math.round(MEDIAN_LENGTH * Math.exp(SPREAD * normal()));
    const response = textOf(points, length, uniform);
    const quality = points - POINTS / 2;
    const reward = quality + BIAS * Math.log(response.length / MEDIAN_LENGTH) + NOISE * normal();
    return {
      id: `${prompt}.${(i % RESPONSES_PER_PROMPT) + 1}`,
      prompt: `Simulated question ${prompt}: name ${POINTS} points.`,
      response,
      reward: Number(reward.toFixed(4)),
    };
  });
}

function textOf(points: number, length: number, uniform: () => number): string {
  let text = `Simulated answer: covers ${points} of ${POINTS} points.`;
  while (text.length < length) {
    const words = Array.from(
      { length: 6 + Math.floor(8 * uniform()) },
      () => WORDS[Math.floor(WORDS.length * uniform())] ?? '',
    ).join(' ');
    text += ` ${capitalized(words)}.`;
  }
  return text;
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32 by Tommy Ettinger. */
function generatorOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
