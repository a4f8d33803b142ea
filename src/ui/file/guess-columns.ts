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
 * known names the only column of long texts is the response, and the only one of numbers the reward.
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
  const named = find('response', isOther);
  const prompt = find('prompt', () => true);
  const isLong = (i: number) => !taken.has(i) && isLongText(rows.map(({ cells }) => cells[i]));
  const response = named ?? onlyOf(columns, isLong);
  const length = find('length', isNumbers);
  const reward = find('reward', isNumbers) ?? onlyOf(columns, (i) => isNumbers(i) && !taken.has(i));
  return { reward, response, prompt, length };
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

/** Characters from which on a cell is a text, and no name or mark. */
const LONG = 20;

function isLongText(cells: readonly unknown[]): boolean {
  const long = cells.filter((cell) => typeof cell === 'string' && cell.length >= LONG);
  return long.length > cells.length / 2;
}

const NOT_IN_NAMES = /[^A-Za-z0-9_.-]+/;

/** A name for a characteristic that the service takes, made of a column's. */
export function characteristicNameOf(column: string): string {
  const parts = column.split(NOT_IN_NAMES).filter((part) => part !== '');
  const name = parts
    .join('_')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, 64);
  return name === '' || name === 'rewards' || name === 'groups' ? 'length' : name;
}
