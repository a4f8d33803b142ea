import type { ArrowColumns, GroupsUse } from './arrow-read.js';

let reader: typeof import('./arrow-read.js') | undefined;

/**
 * Reads samples from an Arrow IPC stream. The reader is loaded with the first one: its sixty modules take
 * 35 ms of the start and 4 MB, in the process and again in each of its threads.
 *
 * @throws as `readArrow` there.
 */
export async function readArrowStream(body: Uint8Array, groupsUse?: GroupsUse): Promise<ArrowColumns> {
  reader ??= await import('./arrow-read.js');
  return reader.readArrow(body, groupsUse);
}
