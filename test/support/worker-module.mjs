// A worker's module as it was built, where nothing in src is newer. Otherwise from source: worker threads load no
// TypeScript on Node 20, neither under vitest nor under tsx, so that tsx is registered first, which takes as
// long again.
import { readdirSync, statSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const modifiedAt = (path) => statSync(new URL(path, root), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** What `tsc -b` writes last, of each of its projects. */
const BUILDS = ['', 'lowess/', 'calibration/', 'chart/'].map((project) => `dist/${project}.tsbuildinfo`);

const builtAt = Math.max(...BUILDS.map(modifiedAt));
const isBuilt = readdirSync(new URL('src', root), { recursive: true }).every(
  (name) => modifiedAt(`src/${name}`) <= builtAt,
);

/** Loads a module of `src/http/worker`. */
export async function loadWorker(name) {
  if (!isBuilt) (await import('tsx/esm/api')).register();
  const folder = isBuilt ? 'dist' : 'src';
  return import(new URL(`${folder}/http/worker/${name}.${isBuilt ? 'js' : 'ts'}`, root));
}
