import { formatNumber } from '../../chart/number-words.js';

/** What stands where there is no number. */
export const NOTHING = '–';

/** A correlation: `0.42`, `−0.04`; a dash where there is none. */
export function formatCorrelation(value: number | null | undefined): string {
  return value === null || value === undefined
    ? NOTHING
    : minus(value.toFixed(2)).replace(/^−0\.00$/, '0.00');
}

/** A share as percent: `13 %`, `4.7 %`, `0.2 %`. */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  return `${minus(Math.abs(percent) < 10 ? String(Number(percent.toFixed(1))) : percent.toFixed(0))}\u00a0%`;
}

/** A difference of shares in percentage points: `4.7`, `−5.9`. */
export function formatPoints(share: number): string {
  return minus(String(Number((100 * share).toFixed(1))));
}

/** A rate: `0`, `0.4`, `12`, `1,240`. */
export function formatRate(perSecond: number): string {
  return formatNumber(perSecond < 10 ? Number(perSecond.toFixed(2)) : Math.round(perSecond));
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
];

/** How long ago a time was: `just now`, `3 min ago`, `5 h ago`, `12 d ago`. */
export function formatAge(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1_000;
  for (const [unit, size] of UNITS) if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`;
  return 'just now';
}

/** A time as this machine's user reads it: date and minutes. */
export function formatTime(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Bytes in kB, MB or GB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1_000 ** power).toPrecision(3))} ${['B', 'kB', 'MB', 'GB'][power]}`;
}

/** Seconds as people say them: `40 ms`, `1.2 s`, `3 min`, `2 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${Math.max(1, Math.round(1_000 * seconds))} ms`;
  return seconds < 120 ? `${Number(seconds.toPrecision(2))} s` : `${Math.round(seconds / 60)} min`;
}

function minus(text: string): string {
  return text.replace('-', '−');
}
