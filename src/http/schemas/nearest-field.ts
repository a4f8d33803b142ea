import { distance } from 'fastest-levenshtein';

/** What other programs call the fields of this API: too far from their names for a distance to find. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  reward: ['score', 'value', 'raw_reward', 'reward_score', 'rm_score'],
  rewards: ['scores', 'values', 'raw_rewards', 'reward'],
  response: ['completion', 'answer', 'output', 'text', 'generation', 'solution_str'],
  prompt: ['instruction', 'question', 'query', 'input'],
  groups: ['prompts', 'prompt_ids', 'group_ids'],
  chars: ['length', 'lengths', 'len', 'num_chars', 'n_chars'],
  characteristics: ['features', 'characteristic', 'covariates'],
  samples: ['rows', 'data', 'items'],
  columns: ['cols', 'data'],
  reward_model: ['model', 'rm', 'name'],
  frac: ['f', 'span', 'bandwidth', 'fraction'],
  iterations: ['it', 'iter', 'robust'],
  id: ['uid', 'uuid', 'sample_id'],
  chosen: ['winner', 'preferred'],
  rejected: ['loser'],
};

/** A name that is longer than any field cannot be near one. */
const LONGEST = 64;

/**
 * The field that was meant by a name that is none: the one with that other name, or the nearest by edits, up
 * to a third of its letters. Undefined where none is near.
 */
export function nearestField(name: string, fields: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  const written = name.toLowerCase().replaceAll('-', '_');
  const renamed = fields.find((field) => field === written || OTHER_NAMES[field]?.includes(written));
  if (renamed !== undefined) return renamed;
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const field of fields) {
    const edits = distance(written, field);
    if (edits < least && edits <= Math.max(1, Math.floor(field.length / 3))) {
      nearest = field;
      least = edits;
    }
  }
  return nearest;
}
