import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findCircles, findUpward, readImports } from './support/import-graph.js';

const source = new URL('../src', import.meta.url).pathname;

/** A folder with files that import each other. */
function plant(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'imports-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('imports in src', () => {
  test('make no circle, types included', () => {
    expect(findCircles(readImports(source))).toEqual([]);
  });

  test('that make a circle are found, also by a type, by a lazy import, and through another folder', () => {
    const folder = plant({
      'a.ts': "import type { B } from './deep/b.js';\nexport type A = B;\n",
      'deep/b.ts': "export const load = () => import('../c.js');\nexport type B = 1;\n",
      'c.ts': "import { A } from './a.js';\nimport './d.js';\nexport type C = A;\n",
      'd.ts': "import { E } from './e.js';\nexport type D = E;\n",
      'e.ts': 'export type E = 1;\n',
    });
    expect(findCircles(readImports(folder)).map((circle) => circle.sort())).toEqual([
      ['a.ts', 'c.ts', 'deep/b.ts'],
    ]);
  });

  test('only point down, types included', () => {
    expect(findUpward(readImports(source))).toEqual([]);
  });

  test('that do not point down are found: upward, to a peer, by a type inline, from and to an unknown room', () => {
    const folder = plant({
      'lowess/a.ts': "export type A = import('../calibration/b.js').B;\n",
      'calibration/b.ts': "import '../lowess/c.js';\nexport type B = 1;\n",
      'lowess/c.ts': "import './a.js';\n",
      'curves/d.ts': "import type { E } from '../fitting/e.js';\n",
      'fitting/e.ts': 'export type E = 1;\n',
      'new/f.ts': "import '../lowess/a.js';\n",
      'app.ts': "import './new/f.js';\nimport './lowess/a.js';\n",
    });
    expect(findUpward(readImports(folder)).sort()).toEqual([
      'app.ts → new/f.ts',
      'curves/d.ts → fitting/e.ts',
      'lowess/a.ts → calibration/b.ts',
      'new/f.ts → lowess/a.ts',
    ]);
  });

  test('come from files whose names tell them apart, but for what every resource has', () => {
    const names = [...readImports(source).keys()].map((file) => basename(file));
    const ofResources = ['route.ts', 'schema.ts', 'job.ts', 'answer.ts', 'lines.ts', 'types.ts'];
    const twice = names.filter((name, i) => names.indexOf(name) !== i && !ofResources.includes(name));
    expect(twice).toEqual([]);
  });

  test('leave at most three files at the root of http', () => {
    const atRoot = [...readImports(source).keys()].filter((file) => dirname(file) === 'http');
    expect(atRoot.length).toBeLessThanOrEqual(3);
  });
});
