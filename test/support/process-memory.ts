import { readFileSync, writeFileSync } from 'node:fs';

/** Whether the memory of processes can be read here: Linux's /proc. */
export const canMeasure = Number.isFinite(residentBytes(process.pid).now);

/**
 * Resident memory of a process in bytes: now, and the most since it began or was reset; NaN
 * where there is no /proc.
 */
export function residentBytes(pid: number | undefined): { readonly now: number; readonly most: number } {
  const status = readStatus(pid);
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024;
  return { now: bytes('VmRSS'), most: bytes('VmHWM') };
}

/** Starts the most anew (proc(5): clear_refs). */
export function resetMost(pid: number | undefined): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function readStatus(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
      return '';
    throw error;
  }
}
