import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { makeFolder, NODE_FILE_SYSTEM } from '../../../src/curves/stores/file-system.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'make-folder-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

const make = (path: string) => makeFolder(NODE_FILE_SYSTEM, path);

describe('making a folder', () => {
  test.each(['a', 'a/b', 'a/b/c/d'])(
    'makes those above it, and names the highest that is new: %s',
    async (path) => {
      expect(await make(join(folder, path))).toBe(join(folder, 'a'));
      expect((await stat(join(folder, path))).isDirectory()).toBe(true);
      expect(await make(join(folder, path))).toBeUndefined();
      expect(await make(join(folder, path, 'below/it'))).toBe(join(folder, path, 'below'));
    },
  );

  test('follows a link to a folder', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'link'));
    expect(await make(join(folder, 'link/a'))).toBe(join(folder, 'link/a'));
    expect(await readdir(join(folder, 'real'))).toEqual(['a']);
  });

  test('of many at once makes one, and all have it', async () => {
    const path = join(folder, 'a/b/c');
    const made = await Promise.all(Array.from({ length: 20 }, () => make(path)));
    expect(made).toContain(join(folder, 'a'));
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  test.each([
    ['a file is above it', 'file/a', 'ENOTDIR'],
    ['a file is above it, higher up', 'file/a/b/c', 'ENOTDIR'],
    ['a link leads nowhere', 'nowhere/a', 'ENOENT'],
    ['a link leads nowhere, higher up', 'nowhere/a/b/c', 'ENOENT'],
    ['a link leads to itself', 'circle/a', 'ELOOP'],
    ['its name is too long', 'x'.repeat(300), 'ENAMETOOLONG'],
  ])('fails with the system’s reason where %s', async (_, path, code) => {
    await writeFile(join(folder, 'file'), '');
    await symlink('not-there', join(folder, 'nowhere'));
    await symlink('circle', join(folder, 'circle'));
    await expect(make(join(folder, path))).rejects.toMatchObject({ code });
  });

  test.each(['/proc/x', '/proc/x/y/z', '/proc/self/fd/x', '/dev/fd/x'])(
    'ends where a file system makes no folders: %s',
    async (path) => {
      // Elsewhere there is no /proc, and none can be made at the root, either.
      await expect(make(path)).rejects.toThrow(/^(ENOENT|ENOTDIR|EROFS|EACCES|EPERM)/);
    },
  );
});
