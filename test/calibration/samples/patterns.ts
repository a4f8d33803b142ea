/**
 * The paper's patterns as JavaScript writes them, with Python's `^` (MULTILINE), `.`, `\d` and `\s`: what the
 * scans of src/calibration must equal. They take quadratic time, so only tests use them, on short texts.
 */
const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const LINE_START = String.raw`(?<![^\n])`;

export const WORD = new RegExp(`[^${SPACE}]+`, 'g');
export const LINE_END = /\r\n|\r|\n/g;
export const HEADER = new RegExp(`${LINE_START}[${SPACE}]{0,3}#{1,6}[${SPACE}]+`, 'g');
export const LIST_ITEM = new RegExp(String.raw`${LINE_START}[${SPACE}]*[-+*] |\p{Nd}+\.[${SPACE}]`, 'gu');
export const BOLD = /\*\*([^\n]*?)\*\*|__([^\n]*?)__/g;

/** The number of matches that do not overlap, from the left: Python's `len(list(pattern.finditer(text)))`. */
export function countMatches(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
