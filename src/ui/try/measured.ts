/** The characteristics that the service measures a response for; others are given as numbers. */
const MEASURED: ReadonlySet<string> = new Set(['chars', 'words', 'lines', 'markdown']);

/** Whether the service measures this characteristic. */
export function isMeasured(characteristic: string): boolean {
  return MEASURED.has(characteristic);
}

/** The length of a text as the service measures `chars`: in code points. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** A number that a reader has typed; undefined where it is none. */
export function readNumber(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
