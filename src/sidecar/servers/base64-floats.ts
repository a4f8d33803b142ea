/*
 * `encoding_format: "base64"` of OpenAI's embeddings: the numbers as little-endian float32, in base64.
 * Python's client asks for it where its caller does not say otherwise.
 */

const BYTES = 4;

/** The numbers in base64; undefined where it does not hold whole numbers of four bytes. */
export function readBase64Floats(text: string): readonly number[] | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % BYTES !== 0) return undefined;
  return Array.from({ length: bytes.length / BYTES }, (_, i) => bytes.readFloatLE(i * BYTES));
}

/** Numbers in base64; NaN for null, which float32 does not have. */
export function writeBase64Floats(numbers: readonly (number | null)[]): string {
  const bytes = Buffer.alloc(numbers.length * BYTES);
  numbers.forEach((number, i) => {
    bytes.writeFloatLE(number ?? Number.NaN, i * BYTES);
  });
  return bytes.toString('base64');
}
