#!/bin/sh
# A store's folder and an exported curve as the service before curve document 2 and head 3 wrote them.
# Run in the repository, with node_modules: sh test/curves/golden/old-store.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
git worktree add --force --detach "$tree" 1ea2b2e
trap 'git worktree remove --force "$tree"' EXIT
ln -s "$here/../../../node_modules" "$tree/node_modules"
cat >"$tree/write.ts" <<'END'
import { rmSync, readdirSync, writeFileSync } from 'node:fs';
import { CurveRegistry } from './src/curves/registry.js';
import { toDocument } from './src/curves/curve-document.js';
import { FileStore } from './src/curves/stores/file-store.js';
import { runNamedFit } from './src/service/run-fit.js';
import { DEFAULT_FIT_SETTINGS } from './src/calibration/fit/fit-settings.js';

const here = process.argv[2];
rmSync(`${here}/old-store`, { recursive: true, force: true });
const unobserved = { stored() {}, failed() {}, unfinished() {}, lost() {} };
const limits = { maxRewardModels: 9, keepVersions: 9 };
const registry = await CurveRegistry.open(new FileStore(`${here}/old-store`), limits, unobserved);
const chars = Float64Array.from({ length: 24 }, (_, i) => 40 + 30 * i);
for (const slope of [1, 2]) {
  const rewards = chars.map((length, i) => slope * Math.log(length) + Math.sin(12.9898 * i));
  const samples = { rewards, characteristics: new Map([['chars', chars]]) };
  const fit = runNamedFit({ rewardModel: 'org/old', settings: DEFAULT_FIT_SETTINGS, samples });
  await registry.add({ ...fit, fittedAt: '2026-11-23T00:00:00.000Z' });
}
await registry.rollBack('org/old', 1);
await registry.close();
writeFileSync(`${here}/old-curve.json`, `${JSON.stringify(toDocument(registry.version('org/old', 2)))}\n`);
for (const name of readdirSync(`${here}/old-store`)) if (name.startsWith('lock')) rmSync(`${here}/old-store/${name}`);
END
(cd "$tree" && npx tsx write.ts "$here")
