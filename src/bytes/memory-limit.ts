import { totalmem } from 'node:os';

/** Bytes of memory that this process may use: the limit of its control group, or the machine's memory. */
export function memoryLimit(): number {
  // 0 or more than the machine has: no limit (Node's documentation of process.constrainedMemory).
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
