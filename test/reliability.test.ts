import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The rows of docs/reliability.md: where a fault is tried, and a part of the test's name. */
const rows = [...read('docs/reliability.md').matchAll(/`(test\/[\w/.-]+\.test\.ts)`, “([^”]+)”/g)].map(
  ([, file = '', name = '']) => ({ file, name }),
);

test('docs/reliability.md names tests that there are', () => {
  expect(rows.length).toBeGreaterThan(25);
  const missing = rows.filter(
    ({ file, name }) => !existsSync(new URL(`../${file}`, import.meta.url)) || !read(file).includes(name),
  );
  expect(missing).toEqual([]);
});
