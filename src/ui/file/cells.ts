import { countCodePoints } from '../parts/measured.js';

/** A value of a cell, or what is wrong with it, as the end of a sentence that names the column. */
export type Read<Value> = { readonly value: Value } | { readonly problem: string };

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const DECIMAL_COMMA = /^[+-]?\d[\d.]*,\d+$/;

/** A cell as a finite number. Text is read as JSON, Python and R write numbers: with a decimal point. */
export function readNumber(cell: unknown): Read<number> {
  if (typeof cell === 'number') return finite(cell, String(cell));
  if (typeof cell !== 'string') return { problem: `is ${describe(cell)}, not a number` };
  const text = cell.trim();
  if (text === '') return { problem: 'is empty' };
  if (NUMBER.test(text)) return finite(Number(text), text);
  if (DECIMAL_COMMA.test(text))
    return { problem: `is ${quote(text)}, with a comma: numbers need a decimal point (1.5)` };
  return { problem: `is ${quote(text)}, not a number` };
}

/** A cell of JSON as a finite number: text is none, as for the service. */
export function readJsonNumber(cell: unknown): Read<number> {
  return typeof cell === 'string' ? { problem: 'is text, not a number' } : readNumber(cell);
}

function finite(value: number, text: string): Read<number> {
  return Number.isFinite(value) ? { value } : { problem: `is ${text}, too large for a number` };
}

/** A cell as a response's text. */
export function readResponse(cell: unknown): Read<string> {
  if (typeof cell === 'number') return { value: String(cell) };
  if (typeof cell === 'string') return { value: cell };
  if (isMessages(cell))
    return {
      problem: 'is a list of messages, not text: put the text of the last one into a column of its own',
    };
  return { problem: `is ${describe(cell)}, not text` };
}

/** A cell as a prompt: text as it is, messages one after another, anything else as JSON. */
export function readPrompt(cell: unknown): Read<string> {
  if (typeof cell === 'string') return cell === '' ? { problem: 'is empty' } : { value: cell };
  if (cell === undefined || cell === null) return { problem: 'is missing' };
  if (isMessages(cell)) return { value: cell.map(({ role, content }) => `${role}: ${content}`).join('\n\n') };
  return { value: JSON.stringify(cell) };
}

interface Message {
  readonly role: string;
  readonly content: string;
}

/** Whether a value is a conversation as chat APIs write it. */
export function isMessages(value: unknown): value is readonly Message[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}

function isMessage(value: unknown): value is Message {
  return (
    typeof value === 'object' &&
    value !== null &&
    'role' in value &&
    'content' in value &&
    typeof value.role === 'string' &&
    typeof value.content === 'string'
  );
}

/** A text without the piece of the file that it was cut from, which it would keep in memory. */
export function detached(text: string): string {
  return JSON.parse(JSON.stringify(text));
}

/** What is wrong with a text that holds half a character. */
const LONE_SURROGATE = 'holds half a character (a lone surrogate, such as "\\ud83d"), which has no length';

const LONE = /\p{Surrogate}/u;

/** The length of a text in code points, where it has one. */
export function readCodePoints(text: string): Read<number> {
  return LONE.test(text) ? { problem: LONE_SURROGATE } : { value: countCodePoints(text) };
}

/** Most characters of a value that a message repeats. */
const MOST_QUOTED = 40;

function quote(text: string): string {
  return JSON.stringify(text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text);
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : String(value);
}
