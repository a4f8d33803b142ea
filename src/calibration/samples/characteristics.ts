import { countBoldSpans, countHeaders, countListItems } from './markdown.js';
import { isSpace, type ScannedText } from './scanned-text.js';

/**
 * The number of Unicode code points of a text: Python's `len(str)`. JavaScript's `.length` counts UTF-16
 * units and is larger by one for every character beyond U+FFFF (emoji, rare CJK). The text must be
 * well-formed.
 */
export function countCodePoints(text: string): number {
  if (!/[\uD800-\uDBFF]/.test(text)) return text.length;
  let leadingSurrogates = 0;
  for (let i = 0; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800) leadingSurrogates++;
  }
  return text.length - leadingSurrogates;
}

/** The number of words: runs of non-space, Python's `len(text.split())`. */
export function countWords(text: ScannedText): number {
  let words = 0;
  let isAfterSpace = true;
  for (let i = 0; i < text.length; i++) {
    const isHereSpace = isSpace(text.charCodeAt(i));
    if (isAfterSpace && !isHereSpace) words++;
    isAfterSpace = isHereSpace;
  }
  return words;
}

/**
 * The number of lines: Python's `len(text.splitlines())` for texts whose only line ends are `\n`, `\r\n` and
 * `\r`. An end of line at the end of the text does not begin another line; the empty text has none.
 */
export function countLines(text: ScannedText): number {
  if (text.length === 0) return 0;
  const ends = countMarks(text, '\n') + countMarks(text, '\r') - countMarks(text, '\r\n');
  return isLineEnd(text.charCodeAt(text.length - 1)) ? ends : ends + 1;
}

function countMarks(text: ScannedText, mark: string): number {
  let count = 0;
  for (let at = text.indexOf(mark, 0); at >= 0; at = text.indexOf(mark, at + mark.length)) count++;
  return count;
}

function isLineEnd(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d;
}

/**
 * The number of Markdown headers, list items and bold spans, counted as the paper's code does (section on
 * other characteristics): headers `^\s{0,3}#{1,6}\s+`, list items `^\s*[-+*] ` or `\d+\.\s`, bold
 * `\*\*(.*?)\*\*` or `__(.*?)__`, with Python's meaning of `^`, `.`, `\d` and `\s`.
 */
export function countMarkdown(text: ScannedText): number {
  return countHeaders(text) + countListItems(text) + countBoldSpans(text);
}

/** The characteristics that the service measures itself when it is given the response's text. All are ≥ 0. */
export const BUILT_IN_CHARACTERISTICS = {
  chars: countCodePoints,
  words: countWords,
  lines: countLines,
  markdown: countMarkdown,
} as const satisfies Record<string, (text: string) => number>;

/** A characteristic that the service can measure from text. */
export type BuiltInCharacteristic = keyof typeof BUILT_IN_CHARACTERISTICS;

/** Whether the service can measure this characteristic from text; any other must be given as a number. */
export function isBuiltIn(name: string): name is BuiltInCharacteristic {
  return Object.hasOwn(BUILT_IN_CHARACTERISTICS, name);
}

/** Those that say how long a response is; `tokens` are counted by the caller. */
const LENGTHS: readonly string[] = ['chars', 'words', 'lines', 'tokens'];

/** Whether a characteristic is a length: a response with less of it is the shorter one. */
export function isLength(name: string): boolean {
  return LENGTHS.includes(name);
}
