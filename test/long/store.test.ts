import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { biasedColumns } from '../support/app.js';
import { temporaryFolder } from '../support/curves.js';
import { mountDisk } from '../support/mounts.js';
import { postJson, startServer } from '../support/server-process.js';

const ENTRY = new URL('../../dist/server.js', import.meta.url).pathname;
const fit = { reward_model: 'org/rm', columns: biasedColumns(100) };
const probe = { reward_model: 'org/rm', columns: { rewards: [1], chars: [77] } };

let folder: string;

beforeEach(async () => {
  folder = join(await temporaryFolder(), 'curves');
});

const settings = (lockWait: number, place = folder) => ({
  STORE_URL: `file:${place}`,
  LOCK_WAIT: String(lockWait),
  LOG_LEVEL: 'info',
});

/** A start that is expected to fail: its exit code and what it said. */
function failingStart(environment: Record<string, string>) {
  const env = { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: '0', ...environment };
  const { status, stderr } = spawnSync(process.execPath, [ENTRY], { env, encoding: 'utf8' });
  return { status, lines: stderr.trim().split('\n') };
}

describe('two processes on one folder', () => {
  test('the second ends with one line that names the folder, and the first goes on', async () => {
    const first = await startServer(settings(0));
    expect(failingStart(settings(0))).toEqual({
      status: 1,
      lines: [expect.stringContaining(`STORE_URL: the folder ${folder} is in use by another process`)],
    });
    expect((await postJson(`${first.url}/v1/fit`, fit)).body.version).toBe(1);
  });

  test('of ten that start at once one listens, also on what a killed one left', async () => {
    for (let round = 0; round < 2; round++) {
      const starts = await Promise.allSettled(Array.from({ length: 10 }, () => startServer(settings(0))));
      const listening = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
      expect(listening).toHaveLength(1);
      for (const server of listening) await server.stop('SIGKILL');
    }
  });

  test('a killed one frees the folder with all that it acknowledged', async () => {
    const first = await startServer(settings(0));
    expect((await postJson(`${first.url}/v1/fit`, fit)).body.version).toBe(1);
    await first.stop('SIGKILL');
    const second = await startServer(settings(0));
    expect((await postJson(`${second.url}/v1/fit`, fit)).body.version).toBe(2);
  });

  test('one that waits takes over with all curves when the other is stopped', async () => {
    const first = await startServer(settings(0));
    const waiting = startServer(settings(600));
    for (let version = 1; version <= 3; version++)
      expect((await postJson(`${first.url}/v1/fit`, fit)).body.version).toBe(version);
    expect(await first.stop('SIGTERM')).toBe(0);
    const second = await waiting;
    expect((await postJson(`${second.url}/v1/fit`, fit)).body.version).toBe(4);
  });
});

describe('a folder that cannot be written', () => {
  test('because a file is in its place stops the start with one line', async () => {
    await writeFile(folder, 'in the way');
    expect(failingStart(settings(0))).toEqual({
      status: 1,
      lines: [expect.stringContaining(`STORE_URL: the folder ${folder} cannot be written (ENOTDIR)`)],
    });
  });

  test('because it can never be made stops the start with one line, and no wait for a lock', (context) => {
    if (process.platform !== 'linux') context.skip('there is no /proc');
    for (const place of ['/proc/x', '/proc/x/y/z', '/proc/self/fd/x', '/dev/fd/x'])
      expect(failingStart(settings(600, place))).toEqual({
        status: 1,
        lines: [expect.stringContaining(`STORE_URL: the folder ${place} cannot be written (ENOENT)`)],
      });
  });

  test('because it is read-only stops the start with one line', async (context) => {
    await mkdir(folder);
    const refusal = mountDisk(folder, 'ro');
    if (refusal !== undefined) return context.skip(refusal);
    expect(failingStart(settings(0))).toEqual({
      status: 1,
      lines: [expect.stringContaining(`STORE_URL: the folder ${folder} cannot be written (EROFS)`)],
    });
  });
});

describe('a folder that goes away later', () => {
  const readiness = async (url: string) => {
    const answer = await fetch(`${url}/health/ready`);
    return [answer.status, await answer.json()];
  };

  test('makes changes a 503, calibrating goes on, and readiness says so until it is back', async () => {
    const server = await startServer(settings(0));
    await postJson(`${server.url}/v1/fit`, fit);
    expect(await readiness(server.url)).toEqual([200, { status: 'ready', store: 'ok' }]);
    await rename(folder, `${folder}-away`);
    // Asked at most once a second.
    await expect
      .poll(() => readiness(server.url), { timeout: 100_000 })
      .toEqual([200, { status: 'ready', store: 'unavailable' }]);
    const refused = await fetch(`${server.url}/v1/fit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fit),
    });
    expect([refused.status, ((await refused.json()) as { type: string }).type]).toEqual([
      503,
      '/docs/errors#store-unavailable',
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await postJson(`${server.url}/v1/calibrate`, probe)).body.version).toBe(1);
    // Another folder in its place is not its own: another process could have it.
    await mkdir(folder);
    expect((await postJson(`${server.url}/v1/fit`, fit)).body.type).toBe('/docs/errors#store-unavailable');
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    await rename(`${folder}-away`, folder);
    expect((await postJson(`${server.url}/v1/fit`, fit)).body.version).toBe(2);
    expect(await readiness(server.url)).toEqual([200, { status: 'ready', store: 'ok' }]);
  });
});

test('a damaged reward model does not stop the start, and the others are served', async () => {
  const first = await startServer(settings(0));
  await postJson(`${first.url}/v1/fit`, fit);
  await postJson(`${first.url}/v1/fit`, { ...fit, reward_model: 'org/damaged' });
  expect(await first.stop('SIGTERM')).toBe(0);
  const key = createHash('sha256').update('org/damaged').digest('hex');
  await writeFile(join(folder, key, 'version-1.json'), '{"torn');
  const second = await startServer(settings(0));
  expect((await postJson(`${second.url}/v1/calibrate`, probe)).body.version).toBe(1);
  const refused = await postJson(`${second.url}/v1/calibrate`, {
    ...probe,
    reward_model: 'org/damaged',
    on_missing_curve: 'passthrough',
  });
  expect([refused.status, refused.body.type]).toEqual([503, '/docs/errors#curve-unreadable']);
  expect(second.log.some((line) => line.includes('"level":50') && line.includes('org/damaged'))).toBe(true);
});
