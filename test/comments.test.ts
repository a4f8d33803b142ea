import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../', import.meta.url);
const FOLDERS = ['src', 'test', 'bench', 'docs', 'examples', 'openapi', 'clients/typescript'];

/** Written by a program, in the words of the OpenAPI document; and what the compiler writes. */
const MADE = /^clients\/typescript\/(schema\.ts$|dist\/)/;

/** The formatter's width: it wraps code, and leaves comments as they are. */
const WIDTH = 110;
const COMMENT = /^\s*(?:\*|\/\/|\/\*)/;

test('no line of comment is wider than the code', () => {
  const wide = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !MADE.test(`${folder}/${name}`))
      .flatMap((name) =>
        readFileSync(new URL(`${folder}/${name}`, root), 'utf8')
          .split('\n')
          .flatMap((line, i) =>
            COMMENT.test(line) && line.length > WIDTH ? [`${folder}/${name}:${i + 1}`] : [],
          ),
      ),
  );
  expect(wide).toEqual([]);
});
