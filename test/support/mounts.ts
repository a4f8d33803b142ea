import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

/**
 * Mounts a memory disk on a folder until the test ends.
 *
 * @param options of tmpfs: `size=64k`, `ro`.
 * @returns why not, where this machine does not let it: the test's reason to skip.
 */
export function mountDisk(folder: string, options: string): string | undefined {
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) return `nothing can be mounted here: ${error?.message ?? stderr.trim()}`;
  onTestFinished(() => {
    spawnSync('umount', ['--lazy', folder]);
  });
  return undefined;
}
