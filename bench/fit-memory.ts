/**
 * Peak memory of one `lowess` above its input, measured in a process of its own: `fit-memory.ts <n>
 * <whole|real> <iterations>` prints bytes a sample. Linux only: NaN elsewhere.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lowess } from '../src/lowess/lowess.js';
import { benchSamples, type LengthKind } from './fit-samples.js';
import { print } from './report.js';

const FRAC = 0.5;
const OWN = fileURLToPath(import.meta.url);

/** Bytes a sample of a fit of n samples above its input. */
export function bytesPerSample(n: number, kind: LengthKind, iterations: number): number {
  const args = [...process.execArgv, '--expose-gc', OWN, String(n), kind, String(iterations)];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function measureOwn([n, kind, iterations]: string[]): void {
  const { x, y } = benchSamples(Number(n), kind === 'real' ? 'real' : 'whole');
  // What making the samples took must neither be there nor count as the peak.
  globalThis.gc?.();
  const before = statusBytes('VmRSS');
  resetPeak();
  lowess(x, y, { frac: FRAC, iterations: Number(iterations) });
  print(String((statusBytes('VmHWM') - before) / Number(n)));
}

/** Sets the peak to what is resident now (proc(5): `clear_refs`). */
function resetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

/** A figure of this process's memory (proc(5): `status`). */
function statusBytes(name: 'VmRSS' | 'VmHWM'): number {
  if (process.platform !== 'linux') return Number.NaN;
  const kilobytes = new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return 1_024 * Number(kilobytes ?? Number.NaN);
}

if (process.argv[1] === OWN) measureOwn(process.argv.slice(2));
