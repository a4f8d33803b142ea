import { endsInDigit, isSpace, Occurrences, type ScannedText } from './scanned-text.js';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;
const ASTERISK = 0x2a;
const PLUS = 0x2b;
const MINUS = 0x2d;

/** The number of matches of `^\s{0,3}#{1,6}\s+` (Python, MULTILINE). */
export function countHeaders(text: ScannedText): number {
  let count = 0;
  let matchEnd = 0;
  for (let hashes = text.indexOf('#', 0); hashes >= 0; hashes = text.indexOf('#', matchEnd)) {
    const end = skip(text, hashes, isHash);
    // White space may span lines: a match also takes the blank lines after it, and the indent after those.
    const afterSpace = skip(text, end, isSpace);
    const isHeader = end - hashes <= 6 && afterSpace > end && mayStandAt(text, hashes, matchEnd);
    if (isHeader) count++;
    matchEnd = isHeader ? afterSpace : end;
  }
  return count;
}

/**
 * Whether at most three characters of white space, none before `from`, part this place from a line's start.
 */
function mayStandAt(text: ScannedText, index: number, from: number): boolean {
  const first = Math.max(from, index - 3);
  for (let start = index; start >= first; start--) {
    if (start === 0) return true;
    const before = text.charCodeAt(start - 1);
    if (before === NEWLINE) return true;
    if (!isSpace(before)) return false;
  }
  return false;
}

/**
 * The number of matches of `^\s*[-+*] |\d+\.\s` (Python, MULTILINE). No match of one half can reach into one
 * of the other, so each half is counted on its own.
 */
export function countListItems(text: ScannedText): number {
  return countBullets(text) + countNumbers(text);
}

function countBullets(text: ScannedText): number {
  let count = 0;
  for (let line = 0; line < text.length; ) {
    const first = skip(text, line, isSpace);
    if (first + 1 < text.length && isBullet(text.charCodeAt(first)) && text.charCodeAt(first + 1) === SPACE)
      count++;
    const end = text.indexOf('\n', first);
    line = end < 0 ? text.length : end + 1;
  }
  return count;
}

function countNumbers(text: ScannedText): number {
  let count = 0;
  for (let stop = text.indexOf('.', 0); stop >= 0; stop = text.indexOf('.', stop + 1)) {
    if (stop + 1 < text.length && isSpace(text.charCodeAt(stop + 1)) && endsInDigit(text, stop)) count++;
  }
  return count;
}

/**
 * The number of matches of `\*\*(.*?)\*\*|__(.*?)__` (Python). A span lies within one line and hides what
 * stands in it.
 */
export function countBoldSpans(text: ScannedText): number {
  const asterisks = new Occurrences(text, '**');
  const underscores = new Occurrences(text, '__');
  const newlines = new Occurrences(text, '\n');
  let count = 0;
  let opening = 0;
  for (;;) {
    const marks = asterisks.from(opening) < underscores.from(opening) ? asterisks : underscores;
    const inside = marks.from(opening) + 2;
    if (inside === Number.POSITIVE_INFINITY) return count;
    const closing = marks.from(inside);
    const isClosed = closing < newlines.from(inside);
    if (isClosed) count++;
    // What closes nothing here closes no later mark of this kind on this line, nor the one that begins in the
    // middle.
    opening = isClosed ? closing + 2 : inside;
  }
}

function skip(text: ScannedText, from: number, isSkipped: (unit: number) => boolean): number {
  let index = from;
  while (index < text.length && isSkipped(text.charCodeAt(index))) index++;
  return index;
}

function isHash(unit: number): boolean {
  return unit === HASH;
}

function isBullet(unit: number): boolean {
  return unit === MINUS || unit === PLUS || unit === ASTERISK;
}
