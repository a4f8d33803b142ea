import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Fitter } from '../../src/fitting/fitter.js';
import type { WorkerTasks } from '../../src/http/jobs/worker-tasks.js';
import { workerUrl } from '../support/app.js';

/** The niceness of each thread of this process, the event loop first (proc(5): field 19 of `stat`). */
function niceness(): number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

describe.skipIf(process.platform !== 'linux')('where threads have priorities of their own', () => {
  test('a thread that fits steps back behind the event loop', async () => {
    const before = niceness();
    const observer = { ended: () => undefined, threadDied: () => undefined };
    const options = { threads: 1, queue: 1, timeout: 100_000, workerUrl, observer };
    const fitter = new Fitter<WorkerTasks>(options);
    onTestFinished(() => fitter.close());
    await fitter.warm(1, new AbortController().signal);
    const [own = 0, ...others] = niceness();
    expect(own).toBe(before[0]);
    expect(others).toContain(own + 10);
  });
});
