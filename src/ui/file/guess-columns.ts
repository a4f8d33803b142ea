import { readNumber } from './cells.js';
import type { Column } from './table.js';
import type { TableRow } from './table-row.js';

/** Columns of a table by what they hold, each by its place. */
export interface ColumnChoice {
  readonly reward?: number | undefined;
  readonly response?: number | undefined;
  readonly prompt?: number | undefined;
  /** Of numbers that say how long a response is, or something else that a reward may depend on. */
  readonly length?: number | undefined;
}

/** Names that people give to columns, the likeliest first. */
const NAMES = {
  reward: ['reward', 'rewards', 'raw_reward', 'rm_score', 'reward_score', 'score', 'scores', 'rating'],
  response: [
    'response',
    'completion',
    'output',
    'answer',
    'generation',
    'generated_text',
    'model_output',
    'response_text',
    'reply',
    'text',
  ],
  prompt: ['prompt', 'instruction', 'question', 'input', 'query', 'prompt_id', 'group', 'problem'],
  length: [
    'chars',
    'tokens',
    'length',
    'n_tokens',
    'num_tokens',
    'token_count',
    'response_length',
    'len',
    'words',
  ],
} as const;

/** Parts of names that say as much, where no name is known. */
const PARTS = {
  reward: ['reward', 'score'],
  response: ['response', 'completion', 'answer', 'output'],
  prompt: ['prompt', 'question', 'instruction'],
  length: ['token', 'length', 'chars'],
} as const;

type Role = keyof typeof NAMES;

/**
 * Guesses what columns hold by their names, and by whether their first values are numbers. Of a table without
 * names only what is certain is guessed: the only column of numbers is the reward.
 */
export function guessColumns(columns: readonly Column[], preview: readonly TableRow[]): ColumnChoice {
  const rows = preview.filter(({ problem }) => problem === undefined);
  const numeric = columns.map((_, i) => isNumeric(rows.map(({ cells }) => cells[i])));
  const taken = new Set<number>();
  const find = (role: Role, fits: (column: number) => boolean) => {
    const found = byName(role, columns, (i) => fits(i) && !taken.has(i));
    if (found !== undefined) taken.add(found);
    return found;
  };
  const isNumbers = (i: number) => numeric[i] === true;
  const isOther = (i: number) => !isNumbers(i);
  const response = find('response', isOther);
  const length = find('length', isNumbers);
  const reward = find('reward', isNumbers) ?? onlyOf(columns, (i) => isNumbers(i) && !taken.has(i));
  return { reward, response, prompt: find('prompt', () => true), length };
}

function byName(
  role: Role,
  columns: readonly Column[],
  fits: (column: number) => boolean,
): number | undefined {
  const names = columns.map(({ name }) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_'),
  );
  const find = (isIt: (name: string) => boolean) => {
    const found = names.findIndex((name, i) => isIt(name) && fits(i));
    return found < 0 ? undefined : found;
  };
  for (const known of NAMES[role]) {
    const found = find((name) => name === known);
    if (found !== undefined) return found;
  }
  for (const part of PARTS[role]) {
    const found = find((name) => name.includes(part));
    if (found !== undefined) return found;
  }
  return undefined;
}

function onlyOf(columns: readonly Column[], fits: (column: number) => boolean): number | undefined {
  const found = columns.map((_, i) => i).filter(fits);
  return found.length === 1 ? found[0] : undefined;
}

/** Mostly numbers: a few cells may be empty or `nan`. */
function isNumeric(cells: readonly unknown[]): boolean {
  const given = cells.filter((cell) => cell !== undefined && cell !== null && cell !== '');
  const numbers = given.filter((cell) => 'value' in readNumber(cell));
  return numbers.length > 0 && numbers.length >= given.length / 2;
}

const NOT_IN_NAMES = /[^A-Za-z0-9_.-]+/g;

/** A name for a characteristic that the service takes, made of a column's. */
export function characteristicNameOf(column: string): string {
  const name = column
    .trim()
    .replace(NOT_IN_NAMES, '_')
    .replace(/^[^A-Za-z]+/, '')
    .replace(/_+$/, '')
    .slice(0, 64);
  return name === '' || name === 'rewards' || name === 'groups' ? 'length' : name;
}
