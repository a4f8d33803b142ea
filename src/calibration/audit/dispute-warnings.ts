import { percent, type Warning } from '../warnings/warning.js';
import { MAX_RESPONSES } from './contests.js';
import { type DisputedPool, neededPairs } from './dispute-tally.js';

/** What was searched, and how. */
export interface Searched {
  readonly pool: DisputedPool;
  /** So many pairs were to be asked about. */
  readonly count: number;
  readonly responses: number;
  /** Of them outside the fitted range of the curve. */
  readonly extrapolated: number;
}

/** With a larger share of extrapolated responses the samples are probably not those of the curve. */
const MANY_EXTRAPOLATED = 0.1;

/** What a labeller should know of the pool before beginning. */
export function findDisputeWarnings({ pool, count, responses, extrapolated }: Searched): Warning[] {
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
  if (extrapolated > MANY_EXTRAPOLATED * responses)
    warn(
      'many-extrapolated',
      `${percent(extrapolated / responses)} of the responses are outside the range that the curve was fitted on, where it ` +
        'holds its end values: are they of this reward model, and measured in the same way?',
    );
  if (drawn > 0)
    warn(
      'responses-drawn',
      `${drawn} prompt(s) have more than ${MAX_RESPONSES} responses: the pairs are those of ${MAX_RESPONSES} random ones.`,
    );
  return warnings;
}

/** `prompts-came-back`: groups of a stream whose prompt an earlier group had. */
export function returningWarnings(groups: number): Warning[] {
  if (groups === 0) return [];
  const message =
    `${groups} group(s) of lines have the prompt of an earlier group: pairs are made of consecutive lines alone, so that ` +
    'others of these prompts are missing. Sort the lines by prompt, or send them as JSON.';
  return [{ code: 'prompts-came-back', message }];
}

function fewDisputed(pool: DisputedPool, count: number): string {
  const needed = neededPairs(pool, count);
  if (needed === null)
    return 'calibration hardly changes this ranking, or there are too few pairs to see it.';
  return `label them all, or score about ${needed} pairs (at ${percent(pool.shareDisputed)} disputed).`;
}
