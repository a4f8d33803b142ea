import { runNamedFit } from '../../service/run-fit.js';
import type { readFit } from '../fit/job.js';

/**
 * As many as have a fit take the ways of large inputs. A round takes 15 ms when the code is warm, and a
 * request that comes meanwhile waits for it.
 */
const SAMPLES = 20_000;

/** Reads and fits a few samples that nobody sees. */
export async function warmUp(read: typeof readFit): Promise<void> {
  const chars = Array.from({ length: SAMPLES }, (_, i) => 20 + ((i * 7_919) % 3_001));
  const rewards = chars.map((length, i) => Math.log(length) + Math.sin(i));
  const body = new TextEncoder().encode(
    JSON.stringify({ reward_model: 'warm-up', columns: { rewards, chars } }),
  );
  runNamedFit(await read({ format: 'application/json', body, query: {}, maxSamples: SAMPLES }));
}
