import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A folder of real rewards beside the project. */
export interface SharedData {
  /** Whether it is there; where it is not, why tests skip was printed. */
  readonly present: boolean;
  /** A file of the folder. */
  file(name: string): URL;
  /** The lines of a compressed file of JSON lines. */
  readLines<Line>(name: string): Line[];
}

/** The folder of this name in ../shared/data, which is not part of the project. */
export function sharedData(name: string): SharedData {
  const folder = new URL(`../../../shared/data/${name}`, import.meta.url);
  const present = existsSync(folder);
  if (!present)
    process.stdout.write(`skipped: ${folder.pathname} is absent (real rewards, not part of the project)\n`);
  const file = (path: string) => new URL(path, folder);
  const readLines = (path: string) =>
    gunzipSync(readFileSync(file(path)))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { present, file, readLines };
}

/** What a file of ../shared/cases holds; undefined where it is absent, and why tests skip was printed. */
export function sharedCases<Cases>(name: string): Cases | undefined {
  const file = new URL(`../../../shared/cases/${name}`, import.meta.url);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  process.stdout.write(
    `skipped: ${file.pathname} is absent (inputs of other programs, not part of the project)\n`,
  );
  return undefined;
}
