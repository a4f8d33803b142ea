import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pack, run } from './support/packed-package.js';

const { bin, exports, version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

test('the package holds what runs, the page and the client, and neither sources nor tests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-pack-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = pack(folder);
  expect(file).toBe(join(folder, `reward-calibration-${version}.tgz`));
  const paths = run(folder, 'tar', 'tzf', file)
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
  const { types, default: code } = exports['./client'];
  const named = [...Object.values<string>(bin), types, code].map((path) => path.replace(/^\.\//, ''));
  const needed = [
    'dist/server.js',
    'dist/ui/index.html',
    'dist/http/worker/worker.js',
    'README.md',
    'LICENSE',
  ];
  expect([...named, ...needed].filter((path) => !paths.includes(path))).toEqual([]);
  expect(paths.some((path) => /^dist\/ui\/assets\/.+\.js\.br$/.test(path))).toBe(true);
  const known =
    /^(?:bin|dist)\/.+\.(?:js|br|gz|css|html)$|^clients\/typescript\/dist\/[a-z-]+\.(?:js|d\.ts)$|^[A-Z]+(?:\.md)?$|^package\.json$/;
  expect(paths.filter((path) => !known.test(path))).toEqual([]);
});
