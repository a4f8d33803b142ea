import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { generateSchema } from '../../clients/typescript/generate.js';
import { biasedColumns } from '../support/app.js';
import { pack, run } from '../support/packed-package.js';
import { listeningUrl } from '../support/processes.js';
import { FITTED, postJson, startFitted } from '../support/server-process.js';

/** The last line of what npm says when it cannot install from the registry; undefined when it can. */
function failure(folder: string, program: string, args: readonly string[]): string | undefined {
  const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return undefined;
  const offline = /E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT)|network/.test(stderr);
  if (!offline) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return `the registry cannot be reached: ${stderr.trim().split('\n')[0]}`;
}

describe('the package, installed from its file into an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-installed-'));
  let offline: string | undefined;
  beforeAll(() => {
    writeFileSync(join(folder, 'package.json'), '{}');
    // Warnings that a package does not support this Node are errors here: they would stop a strict install.
    offline = failure(folder, 'npm', ['install', '--engine-strict', pack(folder)]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** `npx reward-calibration-server` on a free port, with a store beside it. */
  async function start(): Promise<{ npx: ChildProcess; url: string; log: string[]; pid: number }> {
    const args = [
      'reward-calibration-server',
      '--port',
      '0',
      '--host=127.0.0.1',
      '--store-url=file:./curves',
    ];
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: 'eighty' };
    const npx = spawn('npx', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const log: string[] = [];
    const url = await listeningUrl(npx, log);
    const pid: number = JSON.parse(log[0] ?? '').pid;
    onTestFinished(() => {
      npx.kill('SIGKILL');
      if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    });
    return { npx, url, log, pid };
  }

  test('serves the page, fits, calibrates, and ends with 0 on SIGTERM', async (context) => {
    if (offline !== undefined) context.skip(offline);
    const { npx, url, pid } = await start();
    expect(await (await fetch(url)).text()).toContain('<!doctype html>');
    const body = { reward_model: 'org/rm', columns: biasedColumns(300) };
    expect((await postJson(`${url}/v1/fit`, body)).body.version).toBe(1);
    expect((await postJson(`${url}/v1/calibrate`, body)).body.rewards).toHaveLength(300);
    const svg = await fetch(`${url}/v1/curves/plot?reward_model=org/rm`);
    expect(svg.headers.get('content-type')).toContain('image/svg+xml');
    const exited = once(npx, 'exit');
    process.kill(pid, 'SIGTERM');
    expect((await exited)[0]).toBe(0);
  });

  test('has the young generation of npm start', async (context) => {
    if (offline !== undefined) context.skip(offline);
    if (process.platform !== 'linux') context.skip('the arguments of a process are read from /proc');
    const { pid } = await start();
    const [, flag] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    expect(JSON.parse(readFileSync('package.json', 'utf8')).scripts.start).toContain(`node ${flag} `);
    expect(flag).toMatch(/^--max-semi-space-size=\d+$/);
  });

  test('closes when npx gets SIGTERM', async (context) => {
    if (offline !== undefined) context.skip(offline);
    const { npx, url, log } = await start();
    npx.kill('SIGTERM');
    await expect.poll(() => log.join('\n')).toContain('"msg":"closing"');
    await expect.poll(() => fetch(url).then(String, () => 'refused')).toBe('refused');
  });

  test('says its version, and refuses a wrong flag in one line', (context) => {
    if (offline !== undefined) context.skip(offline);
    const npx = (...args: string[]) =>
      spawnSync('npx', ['reward-calibration-server', ...args], { cwd: folder, encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(npx('--version').stdout).toBe(`${version}\n`);
    const refused = npx('--prot=1');
    expect([refused.status, refused.stderr]).toEqual([1, "Unknown option '--prot': see --help\n"]);
  });
});

test('the client alone installs from its file, with openapi-fetch and what that takes, and runs', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-client-installed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const packed = mkdtempSync(join(tmpdir(), 'reward-calibration-client-pack-'));
  onTestFinished(() => rmSync(packed, { recursive: true }));
  const file = pack(packed, '@reward-calibration/client');
  const offline = failure(folder, 'npm', ['install', '--engine-strict', file]);
  if (offline !== undefined) context.skip(offline);
  const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(installed.sort()).toEqual(['@reward-calibration', 'openapi-fetch', 'openapi-typescript-helpers']);
  expect(readdirSync(join(folder, 'node_modules/@reward-calibration'))).toEqual(['client']);

  const { url } = await startFitted();
  writeFileSync(
    join(folder, 'program.js'),
    `import { createRewardCalibrationClient } from '@reward-calibration/client';
     const client = createRewardCalibrationClient({ url: '${url}' });
     const params = { query: { reward_model: '${FITTED}' } };
     const lines = [{ reward: 1, response: 'Hello!' }].values();
     const { data } = await client.postLines('/v1/calibrate', { params, lines });
     for await (const { reward } of data) console.log(typeof reward);`,
  );
  expect(run(folder, process.execPath, 'program.js')).toBe('number\n');
});

test('clients/typescript/schema.ts is what npm run client makes', (context) => {
  const offline = failure(tmpdir(), 'npx', ['--yes', '-p', 'typescript@5.9.3', 'tsc', '--version']);
  if (offline !== undefined) context.skip(offline);
  expect(readFileSync('clients/typescript/schema.ts', 'utf8')).toBe(generateSchema());
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
