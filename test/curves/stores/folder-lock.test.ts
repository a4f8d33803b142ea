import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FolderLock } from '../../../src/curves/stores/folder-lock.js';
import { temporaryFolder } from '../../support/curves.js';

let strangers: string;

/** A socket of another service. */
async function listenAsStranger(): Promise<void> {
  strangers = join(await temporaryFolder(), 'strangers.sock');
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(strangers, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
}

/** Of so many that try at once, those that got the folder. */
async function race(folder: string, starters: number): Promise<FolderLock[]> {
  const tries = Array.from({ length: starters }, () => FolderLock.acquire(folder, 0));
  const outcomes = await Promise.allSettled(tries);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

describe('the lock of a folder', () => {
  test('is had by one of many that try at once, again and again after it was let go', async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < 20; round++) {
      const [owner, ...others] = await race(folder, 20);
      expect(others, `round ${round}`).toEqual([]);
      if (owner === undefined) throw new RangeError(`nobody got the folder in round ${round}`);
      await owner.check();
      expect(await race(folder, 5)).toEqual([]);
      await owner.release();
    }
    const owner = await FolderLock.acquire(folder, 0);
    onTestFinished(() => owner.release());
    expect((await readdir(folder)).length).toBeLessThanOrEqual(4);
  });

  test('names the folder and the setting to one that waited in vain', async () => {
    const folder = await temporaryFolder();
    const owner = await FolderLock.acquire(folder, 0);
    onTestFinished(() => owner.release());
    await expect(FolderLock.acquire(folder, 0.3)).rejects.toThrow(
      `STORE_URL: the folder ${folder} is in use by another process (LOCK_WAIT: waited 0.3 s)`,
    );
  });

  test('goes to one that waits when it is let go', async () => {
    const folder = await temporaryFolder();
    const owner = await FolderLock.acquire(folder, 0);
    const waiting = FolderLock.acquire(folder, 600);
    await owner.release();
    await (await waiting).release();
  });

  test('can be had where the path is longer than a socket address', async () => {
    const folder = join(await temporaryFolder(), 'long '.repeat(40).trim());
    await mkdir(folder);
    const owner = await FolderLock.acquire(folder, 0);
    onTestFinished(() => owner.release());
    await owner.check();
    expect(await race(folder, 3)).toEqual([]);
  });

  test('is not lost to what a killed start left behind', async () => {
    const folder = await temporaryFolder();
    await (await FolderLock.acquire(folder, 0)).release();
    await writeFile(join(folder, 'start-12345678.sock'), '');
    const owner = await FolderLock.acquire(folder, 0);
    onTestFinished(() => owner.release());
    expect((await readdir(folder)).sort()).toEqual(['lock-2.sock', 'lock-spare-1', 'lock-spare-2']);
  });

  test.each<[string, (path: string) => Promise<unknown>]>([
    ['a file', (path) => writeFile(path, '')],
    ['a folder', (path) => mkdir(path)],
    ['a link to nothing', (path) => symlink('nothing', path)],
    ['a link to itself', (path) => symlink(path, path)],
    ['a link to a socket on which somebody listens', (path) => symlink(strangers, path)],
  ])('is had by one of many where a name of a lock is %s', async (_, make) => {
    const folder = await temporaryFolder();
    await listenAsStranger();
    for (const number of [7, 999_999_999_999_999]) await make(join(folder, `lock-${number}.sock`));
    for (let round = 0; round < 3; round++) {
      const [owner, ...others] = await race(folder, 10);
      expect(others).toEqual([]);
      await owner?.check();
      expect(await readdir(folder)).toContain(`lock-${8 + round}.sock`);
      await owner?.release();
    }
  });

  test('is refused with the reason where nobody can have a higher number', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock-999999999.sock'), '');
    await expect(FolderLock.acquire(folder, 600)).rejects.toThrow(
      `STORE_URL: the folder ${folder} has a lock-999999999.sock, which no service made: remove it`,
    );
  });

  test("does not take an operator's files for locks", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock-notes.txt'), 'stay');
    const owner = await FolderLock.acquire(folder, 0);
    onTestFinished(() => owner.release());
    expect(await readdir(folder)).toContain('lock-notes.txt');
  });

  test('does not pass its check while the folder is away, or another one is in its place', async () => {
    const folder = await temporaryFolder();
    const owner = await FolderLock.acquire(folder, 0);
    onTestFinished(() => owner.release());
    await rename(folder, `${folder}-away`);
    await expect(owner.check()).rejects.toThrow(/ENOENT/);
    await mkdir(folder);
    const other = await FolderLock.acquire(folder, 0);
    await expect(owner.check()).rejects.toThrow(/no longer the socket of this process/);
    await other.release();
    await rm(folder, { recursive: true });
    await rename(`${folder}-away`, folder);
    await owner.check();
  });
});
