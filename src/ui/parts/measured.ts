/** Characteristics that the service measures from a response's text; others are given as numbers. */
export const MEASURED: readonly string[] = ['chars', 'words', 'lines', 'markdown'];

/** Whether the service measures this characteristic. */
export function isMeasured(characteristic: string): boolean {
  return MEASURED.includes(characteristic);
}

const SURROGATE = /[\ud800-\udfff]/;

/** The length of a text as the service measures `chars`, and Python's `len` does: in code points. */
export function countCodePoints(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let pairs = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) pairs++;
  return text.length - pairs;
}
