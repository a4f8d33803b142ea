// The fit worker as it was built, where nothing in src is newer. Otherwise from source: worker threads load no
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
if (!isBuilt) (await import('tsx/esm/api')).register();

export const { warm, fit, fitCalibrate, leaderboard, evaluate, disputedPairs, verdict } = await import(
  new URL(isBuilt ? 'dist/http/worker/worker.js' : 'src/http/worker/worker.ts', root)
);
