import { ApiError } from '../api.js';

const LINE = /^\/lines\/(\d+)(?:\/(.+))?$/;

/** A refusal whose places are lines of the file, in words: `/lines/12/reward` is `line 12, reward`. */
export function namingLines(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const places = error.places.map(({ path, message }) => ({ path: placeWords(path), message }));
  return new ApiError({ ...error, places });
}

/** Whether a refusal names lines of the file, and not something else that went wrong. */
export function isOfLines(error: unknown): boolean {
  return error instanceof ApiError && error.places.some(({ path }) => /^line \d/.test(path));
}

function placeWords(path: string): string {
  const [, line, rest] = LINE.exec(path) ?? [];
  if (line === undefined) return path;
  return rest === undefined ? `line ${line}` : `line ${line}, ${rest.replaceAll('/', '.')}`;
}
