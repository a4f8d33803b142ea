/**
 * The number of Unicode code points of a text: Python's `len(str)`. JavaScript's `.length` counts UTF-16 units and
 * is larger by one for every character beyond U+FFFF (emoji, rare CJK). The text must be well-formed.
 */
export function countCodePoints(text: string): number {
  if (!/[\uD800-\uDBFF]/.test(text)) return text.length;
  let leadingSurrogates = 0;
  for (let i = 0; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800) leadingSurrogates++;
  }
  return text.length - leadingSurrogates;
}

/** Python's `\s` and `str.isspace`, which are neither JavaScript's `\s` nor Unicode's White_Space: a class's inside. */
const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

const WORD = new RegExp(`[^${SPACE}]+`, 'g');

/** The number of words: runs of non-space, Python's `len(text.split())`. */
export function countWords(text: string): number {
  return countMatches(text, WORD);
}

/**
 * The number of lines: Python's `len(text.splitlines())` for texts whose only line ends are `\n`, `\r\n` and `\r`.
 * An end of line at the end of the text does not begin another line; the empty text has none.
 */
export function countLines(text: string): number {
  if (text.length === 0) return 0;
  const ends = countMatches(text, /\r\n|\r|\n/g);
  return /[\r\n]$/.test(text) ? ends : ends + 1;
}

const LINE_START = String.raw`(?<![^\n])`;
const MARKDOWN_HEADER = new RegExp(`${LINE_START}[${SPACE}]{0,3}#{1,6}[${SPACE}]+`, 'g');
const MARKDOWN_LIST_ITEM = new RegExp(String.raw`${LINE_START}[${SPACE}]*[-+*] |\p{Nd}+\.[${SPACE}]`, 'gu');
const MARKDOWN_BOLD = /\*\*([^\n]*?)\*\*|__([^\n]*?)__/g;

/**
 * The number of Markdown headers, list items and bold spans, counted as the paper's code does (section on other
 * characteristics): headers `^\s{0,3}#{1,6}\s+`, list items `^\s*[-+*] ` or `\d+\.\s`, bold `\*\*(.*?)\*\*` or
 * `__(.*?)__`, with Python's meaning of `^`, `.`, `\d` and `\s`.
 */
export function countMarkdown(text: string): number {
  return (
    countMatches(text, MARKDOWN_HEADER) +
    countMatches(text, MARKDOWN_LIST_ITEM) +
    countMatches(text, MARKDOWN_BOLD)
  );
}

function countMatches(text: string, pattern: RegExp): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) count++;
  return count;
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
