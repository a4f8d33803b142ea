import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Runs a program to its end, and gives what it printed. */
export function run(folder: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** The packages by name, and where each is in the checkout. */
const PACKAGES = { 'reward-calibration': '.', '@reward-calibration/client': './clients/typescript' } as const;

type PackageName = keyof typeof PACKAGES;

/** Packs what is built into an empty folder, as it would be published, and gives the file's path. */
export function pack(folder: string, name: PackageName = 'reward-calibration'): string {
  // Without scripts: `prepack` builds anew in the folder that other tests are running from.
  run(ROOT, 'npm', 'pack', PACKAGES[name], '--ignore-scripts', '--silent', '--pack-destination', folder);
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  return join(folder, file);
}

/**
 * Puts the packages into a folder's node_modules, with the dependencies of this checkout and apache-arrow
 * beside them: no registry is asked.
 */
export function unpackInto(folder: string): void {
  const modules = join(folder, 'node_modules');
  for (const name of ['reward-calibration', '@reward-calibration/client'] as const) {
    const target = join(modules, name);
    mkdirSync(target, { recursive: true });
    const packed = mkdtempSync(join(tmpdir(), 'reward-calibration-pack-'));
    try {
      run(folder, 'tar', 'xzf', pack(packed, name), '-C', target, '--strip-components=1');
    } finally {
      rmSync(packed, { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'));
  }
  symlinkSync(join(ROOT, 'node_modules/apache-arrow'), join(modules, 'apache-arrow'));
}

/** Compiles the programs of a folder into `out`, as a program of Node would be; gives the errors. */
export function compile(folder: string, moduleResolution: 'nodenext' | 'bundler'): readonly string[] {
  const compilerOptions = {
    target: 'es2023',
    lib: ['ES2023'],
    module: moduleResolution === 'bundler' ? 'esnext' : moduleResolution,
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    skipLibCheck: true,
    outDir: 'out',
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { status, stdout } = spawnSync(tsc, ['-p', folder], { cwd: folder, encoding: 'utf8' });
  const errors = stdout.split('\n').filter((line) => / error TS\d+: /.test(line));
  if (status !== 0 && errors.length === 0) throw new Error(`tsc ended with ${status}: ${stdout}`);
  return errors;
}
