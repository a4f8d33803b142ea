import { runNamedFit } from '../../service/run-fit.js';
import type { readFit } from '../fit/job.js';

/**
 * So many samples, fitted so often, have V8 compile what every fit runs. Longer would delay a request
 * meanwhile.
 */
const SAMPLES = 500;
const ROUNDS = 2;

/** Reads and fits a few samples that nobody sees. */
export async function warmUp(read: typeof readFit): Promise<void> {
  const chars = Array.from({ length: SAMPLES }, (_, i) => 20 + ((i * 7_919) % 3_001));
  const rewards = chars.map((length, i) => Math.log(length) + Math.sin(i));
  const body = new TextEncoder().encode(
    JSON.stringify({ reward_model: 'warm-up', columns: { rewards, chars } }),
  );
  for (let round = 0; round < ROUNDS; round++)
    runNamedFit(await read({ format: 'application/json', body, query: {}, maxSamples: SAMPLES }));
}
