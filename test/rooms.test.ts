import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;

/** The lint errors of a file with this one import at this path, in a folder that holds nothing else. */
function lint(path: string, imported: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { vcs: _, ...config } = JSON.parse(readFileSync(join(root, '.biome.json'), 'utf8'));
  writeFileSync(join(folder, '.biome.json'), JSON.stringify(config));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(
    join(folder, path),
    `import type { Planted } from '${imported}';\n\nexport type Again = Planted;\n`,
  );
  const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/biome'), ['lint', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toContain('Checked 2 files');
  return stdout + stderr;
}

describe('the import rule of the rooms', () => {
  test.each([
    ['src/lowess/planted.ts', '../calibration/errors.js'],
    ['src/lowess/planted.ts', 'node:fs'],
    ['src/chart/planted.ts', '../calibration/errors.js'],
    ['src/chart/planted.ts', 'node:fs'],
    ['src/sidecar/planted.ts', '../chart/palette.js'],
    ['src/calibration/planted.ts', '../curves/registry.js'],
    ['src/calibration/planted.ts', 'node:fs'],
    ['src/bytes/planted.ts', '../http/services.js'],
    ['src/curves/planted.ts', '../fitting/fitter.js'],
    ['src/curves/stores/planted.ts', '../../http/services.js'],
    ['src/curves/planted.ts', '../config.js'],
    ['src/fitting/planted.ts', '../curves/registry.js'],
    ['src/telemetry/planted.ts', '../fitting/fitter.js'],
    ['src/service/planted.ts', '../sidecar/upstream/upstream.js'],
    ['src/service/planted.ts', '../http/services.js'],
    ['src/service/planted.ts', 'fastify'],
    ['src/sidecar/planted.ts', '../http/services.js'],
    ['src/sidecar/scoring/planted.ts', 'fastify'],
    ['src/sidecar/servers/planted.ts', '../../http/services.js'],
    ['src/http/planted.ts', '../app.js'],
    ['src/http/calibrate/planted.ts', '../../config.js'],
    ['src/ui/planted.tsx', '../http/services.js'],
    ['src/ui/planted.tsx', '../calibration/errors.js'],
    ['src/ui/labels/planted.ts', '../../service/clock.js'],
    ['src/ui/planted.ts', 'node:fs'],
    ['clients/typescript/planted.ts', '../../src/http/services.js'],
    ['clients/typescript/planted.ts', 'node:fs'],
  ])('%s may not import %s', (path, imported) => {
    expect(lint(path, imported)).toContain('noRestrictedImports');
  });

  test.each([
    ['src/calibration/planted.ts', '../lowess/lowess.js'],
    ['src/curves/stores/planted.ts', '../../calibration/errors.js'],
    ['src/curves/stores/planted.ts', '../curve-history.js'],
    ['src/fitting/planted.ts', '../calibration/fit/fit.js'],
    ['src/http/calibrate/planted.ts', '../../curves/registry.js'],
    ['src/http/calibrate/planted.ts', '../services.js'],
    ['src/http/worker/planted.ts', '../../chart/chart-options.js'],
    ['src/http/planted.ts', '../chart/palette.js'],
    ['src/sidecar/servers/planted.ts', '../../calibration/errors.js'],
    ['src/sidecar/planted.ts', '../bytes/growing-bytes.js'],
    ['src/http/bodies/planted.ts', '../../bytes/growing-bytes.js'],
    ['src/http/sidecar/planted.ts', '../../sidecar/upstream/upstream.js'],
    ['src/app.ts', './http/services.js'],
    ['src/ui/planted.tsx', '../chart/planted.js'],
    ['src/ui/labels/planted.ts', '../../chart/planted.js'],
    ['src/ui/labels/planted.ts', '../api.js'],
    ['clients/typescript/planted.ts', './lines.js'],
  ])('%s may import %s', (path, imported) => {
    expect(lint(path, imported)).not.toContain('noRestrictedImports');
  });
});
