import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;

/** An empty folder, gone when the test ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Runs a program to its end, and gives what it printed. */
export function run(folder: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** Packs what is built, as `npm publish` would send it; gives the file, and the paths of what it holds. */
export function pack(folder: string): { file: string; paths: readonly string[] } {
  // Without scripts: `prepack` builds anew in the folder that other tests are running from.
  run(ROOT, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
  const file = join(folder, run(folder, 'sh', '-c', 'ls *.tgz').trim());
  const paths = run(folder, 'tar', 'tzf', file).trim().split('\n');
  return { file, paths: paths.map((path) => path.replace(/^package\//, '')) };
}

/** Puts the package into a folder's node_modules, with the dependencies of this checkout: no registry. */
export function unpackInto(folder: string): void {
  const { file } = pack(folder);
  const target = join(folder, 'node_modules/reward-calibration');
  mkdirSync(target, { recursive: true });
  run(folder, 'tar', 'xzf', file, '-C', target, '--strip-components=1');
  symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'));
}
