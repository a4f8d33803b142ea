import { MAX_KEY_LENGTH, type Place } from '../../calibration/errors.js';

/** Where JSON ends to be JSON. */
export interface JsonFault {
  /** The value in the body that is wrong or in which something is wrong. */
  readonly place: Place;
  /** The character, counted from 0. */
  readonly at: number;
  /** What Python and JavaScript write where JSON has nothing, such as NaN; undefined for anything else. */
  readonly word: string | undefined;
}

/** Written for values that JSON does not have. Any other word may be text of a prompt. */
const KNOWN_WORDS = [
  'NaN',
  'Infinity',
  '-Infinity',
  '-NaN',
  'nan',
  'inf',
  '-inf',
  'None',
  'True',
  'False',
  'undefined',
];

/** A value that is neither text, a list nor an object; up to what may follow it. */
const WORD = /[^\s,:[\]{}"]+/y;

const SPACE = /[ \t\n\r]*/y;

const VALUE = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** A list or an object that has begun. */
interface Frame {
  readonly isList: boolean;
  key: string | number;
}

/**
 * Finds the first value that is no JSON, in text that JSON.parse refuses: its messages quote the text, which
 * may hold a prompt, and name no place. Undefined where all values are right, and commas or brackets wrong.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: Frame[] = [];
  let at = skip(SPACE, text, 0);
  let isKey = false;
  while (at < text.length) {
    const mark = text[at];
    const inner = open.at(-1);
    if (mark === '"') {
      const end = endOfText(text, at);
      if (isKey && inner !== undefined) inner.key = readKey(text, at, end);
      isKey = false;
      at = end;
    } else if (mark === '{' || mark === '[') {
      open.push({ isList: mark === '[', key: mark === '[' ? 0 : '' });
      isKey = mark === '{';
      at++;
    } else if (mark === '}' || mark === ']') {
      open.pop();
      isKey = false;
      at++;
    } else if (mark === ',') {
      if (typeof inner?.key === 'number') inner.key++;
      isKey = inner?.isList === false;
      at++;
    } else if (mark === ':') at++;
    else {
      const end = Math.max(skip(WORD, text, at), at + 1);
      const word = text.slice(at, end);
      if (!VALUE.test(word))
        return {
          place: open.map(({ key }) => key),
          at,
          word: KNOWN_WORDS.find((known) => known === word),
        };
      at = end;
    }
    at = skip(SPACE, text, at);
  }
  return undefined;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** Where the text that begins at `from` ends: behind the first quote that is not escaped. */
function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** As an error repeats it: a key that is long may be a prompt. */
function readKey(text: string, from: number, end: number): string {
  try {
    return String(JSON.parse(text.slice(from, end))).slice(0, MAX_KEY_LENGTH);
  } catch {
    return '';
  }
}
