import { ARROW, isOf, JSON_MEDIA } from './answer-media.js';
import { readLines } from './lines.js';
import type { Upload } from './upload.js';

/** The error for an answer that is not what its content-type says. */
type Unexpected = (response: Response, cause: unknown) => Error;

/** What an answer holds: bytes of Arrow, JSON, or text. */
export async function readWhole(response: Response, unexpected: Unexpected): Promise<unknown> {
  if (isOf(response, ARROW)) return new Uint8Array(await response.arrayBuffer());
  if (!isOf(response, JSON_MEDIA)) return response.text();
  try {
    return await response.json();
  } catch (error) {
    throw error instanceof SyntaxError ? unexpected(response, error) : error;
  }
}

/** The lines of an answer while they come, and with their end that of the request. */
export async function* readWhileSending(
  response: Response,
  upload: Upload,
  unexpected: Unexpected,
): AsyncGenerator<unknown> {
  try {
    yield* readLines(response.body);
  } catch (error) {
    throw error instanceof SyntaxError ? unexpected(response, error) : error;
  } finally {
    // Where the caller's own lines threw, this is what comes out.
    await upload.end();
  }
}
