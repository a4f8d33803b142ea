/** A number that a reader has typed; undefined where it is none. */
export function readTyped(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
