/**
 * Peak memory of one `lowess` above its input, measured in a process of its own, whose peak nothing else has
 * raised: `fit-memory.ts <n> <whole|real> <iterations>` prints bytes a sample.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { lowess } from '../src/lowess/lowess.js';
import { benchSamples, type LengthKind } from './fit-samples.js';
import { print } from './report.js';

const FRAC = 0.5;
const OWN = fileURLToPath(import.meta.url);

/** Bytes a sample of a fit of n samples above its input. */
export function bytesPerSample(n: number, kind: LengthKind, iterations: number): number {
  const args = [...process.execArgv, OWN, String(n), kind, String(iterations)];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function measureOwn([n, kind, iterations]: string[]): void {
  const { x, y } = benchSamples(Number(n), kind === 'real' ? 'real' : 'whole');
  const before = process.resourceUsage().maxRSS;
  lowess(x, y, { frac: FRAC, iterations: Number(iterations) });
  print(String(((process.resourceUsage().maxRSS - before) * 1024) / Number(n)));
}

if (process.argv[1] === OWN) measureOwn(process.argv.slice(2));
