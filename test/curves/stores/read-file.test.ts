import { execFileSync } from 'node:child_process';
import { link, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_DOCUMENT_BYTES } from '../../../src/curves/curve-document.js';
import { type FileSystem, NODE_FILE_SYSTEM } from '../../../src/curves/stores/file-system.js';
import { readStored } from '../../../src/curves/stores/read-file.js';
import { temporaryFolder } from '../../support/curves.js';
import { faultyFileSystem, type Operation } from '../../support/faulty-file-system.js';

const file = 'head.json';
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder, file);
});

describe('what is read of a store', () => {
  test('is a regular file, whole, under any of its names', async () => {
    await writeFile(path, '{"a": "é"}');
    expect((await readStored(NODE_FILE_SYSTEM, folder, file))?.toString()).toBe('{"a": "é"}');
    await link(path, join(folder, 'again'));
    expect((await readStored(NODE_FILE_SYSTEM, folder, 'again'))?.toString()).toBe('{"a": "é"}');
  });

  test('is nothing where there is nothing', async () => {
    expect(await readStored(NODE_FILE_SYSTEM, folder, file)).toBeUndefined();
  });

  test.each<[string, string, () => unknown]>([
    ['a folder', 'is a folder, not a file', () => mkdir(path)],
    ['a FIFO', 'is a FIFO, not a file', () => execFileSync('mkfifo', [path])],
    ['a link to a device without end', 'is a symbolic link, not a file', () => symlink('/dev/zero', path)],
    ['a link to nothing', 'is a symbolic link, not a file', () => symlink('nothing', path)],
    [
      'one byte too many',
      `has ${MAX_DOCUMENT_BYTES + 1} bytes, more than this service writes (${MAX_DOCUMENT_BYTES})`,
      async () => {
        await writeFile(path, '');
        await truncate(path, MAX_DOCUMENT_BYTES + 1);
      },
    ],
  ])('is not %s, which is not even opened', async (_, message, make) => {
    await make();
    const steps: Operation[] = [];
    const fs = faultyFileSystem((operation) => {
      steps.push(operation);
      return undefined;
    });
    const outcome = await readStored(fs, folder, file).then(
      (bytes) => `${bytes?.length} bytes`,
      (error: Error) => error.message,
    );
    expect(outcome).toBe(message);
    expect(steps.map(({ name }) => name)).toEqual(['lstat']);
  });

  test.each<[string, RegExp, (path: string) => unknown]>([
    ['a FIFO', /is a FIFO, not a file/, (changed) => execFileSync('mkfifo', [changed])],
    ['a link', /ELOOP/, (changed) => symlink('/dev/zero', changed)],
  ])('is not %s either that comes there after the look', async (_, message, make) => {
    await writeFile(join(folder, 'looked at'), '');
    await make(path);
    const fs: FileSystem = {
      ...NODE_FILE_SYSTEM,
      lstat: () => NODE_FILE_SYSTEM.lstat(join(folder, 'looked at')),
    };
    await expect(readStored(fs, folder, file)).rejects.toThrow(message);
  });
});
