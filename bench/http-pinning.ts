import { spawnSync } from 'node:child_process';

/** The server alone on one core, the client on the other (performance, section 3). */
export const SERVER_CORE = 0;
export const CLIENT_CORE = 1;

/** Why processes cannot be pinned here, or undefined where they can. */
export const whyNotPinned = [SERVER_CORE, CLIENT_CORE].map(whyNot).find((why) => why !== undefined);

/** A command that runs the program on that core alone, where pinning is possible; without a core, on any. */
export function onCore(core: number | undefined, program: string, args: string[]): [string, string[]] {
  if (core === undefined || whyNotPinned !== undefined) return [program, args];
  return ['taskset', ['-c', String(core), program, ...args]];
}

function whyNot(core: number): string | undefined {
  const { error, status } = spawnSync('taskset', ['-c', String(core), 'true'], { stdio: 'ignore' });
  if (error !== undefined) return 'taskset is missing';
  return status === 0 ? undefined : `this process may not run on core ${core}`;
}
