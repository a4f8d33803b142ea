import { percent, type Warning } from '../warnings/warning.js';
import { MAX_RESPONSES } from './contests.js';
import { type DisputedPool, neededPairs } from './dispute-tally.js';

/** What a labeller should know of the pool before beginning; `count` pairs were to be asked about. */
export function findDisputeWarnings(pool: DisputedPool, count: number): Warning[] {
  const { pairs, disputed, prompts, singles, drawn } = pool;
  const warnings: Warning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  if (singles > prompts)
    warn(
      'single-responses',
      `${singles} of ${singles + prompts} prompts have one response and make no pair. ` +
        'Score several responses to a prompt; of lines only consecutive ones with the same prompt belong together.',
    );
  if (pairs > 0 && disputed < count)
    warn(
      'few-disputed-pairs',
      `Calibration turns ${disputed} of ${pairs} pair(s) round, ${count} were to be asked about: ${fewDisputed(pool, count)}`,
    );
  if (drawn > 0)
    warn(
      'responses-drawn',
      `${drawn} prompt(s) have more than ${MAX_RESPONSES} responses: the pairs are those of ${MAX_RESPONSES} random ones.`,
    );
  return warnings;
}

function fewDisputed(pool: DisputedPool, count: number): string {
  const needed = neededPairs(pool, count);
  if (needed === null)
    return 'calibration hardly changes this ranking, or there are too few pairs to see it.';
  return `label them all, or score about ${needed} pairs (at ${percent(pool.shareDisputed)} disputed).`;
}
