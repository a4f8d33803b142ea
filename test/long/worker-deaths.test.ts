import { spawnSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InvalidInput, TooLarge, Unavailable } from '../../src/calibration/errors.js';
import { Fitter } from '../../src/fitting/fitter.js';

interface OddTasks {
  answer: { job: number; result: number };
  spin: { job: null; result: never };
  exit: { job: null; result: never };
  crash: { job: null; result: never };
  allocate: { job: null; result: never };
}

const ODD_WORKER = new URL('../support/odd-worker.mjs', import.meta.url);
const NO_WORKER = new URL('../support/no-such-worker.mjs', import.meta.url);
/** Milliseconds: enough for a job that ends, also where its thread is yet to be started. */
const SHORT = 1_500;
const never = new AbortController().signal;

function startFitter({ threads = 1, timeout = 100_000, workerUrl = ODD_WORKER } = {}) {
  const outcomes: string[] = [];
  const deaths: Error[] = [];
  const observer = {
    ended: (task: string, outcome: string) => {
      outcomes.push(`${task} ${outcome}`);
    },
    threadDied: (error: Error) => {
      deaths.push(error);
    },
  };
  const fitter = new Fitter<OddTasks>({ threads, queue: 16, timeout, workerUrl, observer });
  onTestFinished(() => fitter.close());
  const run = <Name extends keyof OddTasks>(name: Name, job: OddTasks[Name]['job'], signal = never) =>
    fitter.run(name, job, [], signal);
  return { fitter, run, outcomes, deaths };
}

describe('a job that runs longer than WORK_TIMEOUT', () => {
  test('is ended with a 422 that says so, and those behind it run in a new thread', async () => {
    const { run, outcomes } = startFitter({ timeout: SHORT });
    const endless = run('spin', null);
    const behind = [1, 2, 3].map((job) => run('answer', job));
    await expect(endless).rejects.toBeInstanceOf(InvalidInput);
    await expect(endless).rejects.toMatchObject({
      code: 'work-timeout',
      message: expect.stringContaining('WORK_TIMEOUT'),
    });
    expect(await Promise.all(behind)).toEqual([1, 2, 3]);
    expect(outcomes).toEqual(['spin timeout', 'answer done', 'answer done', 'answer done']);
  });

  test('does not use up the time of those that wait: each runs out of its own', async () => {
    const { run, outcomes } = startFitter({ timeout: SHORT });
    const jobs = [run('spin', null), run('spin', null), run('answer', 3)];
    const settled = await Promise.allSettled(jobs);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(outcomes).toEqual(['spin timeout', 'spin timeout', 'answer done']);
  });

  test('leaves the other threads alone', async () => {
    const { run, outcomes } = startFitter({ threads: 2, timeout: SHORT });
    const endless = run('spin', null);
    const others = [1, 2, 3].map((job) => run('answer', job));
    expect(await Promise.all(others)).toEqual([1, 2, 3]);
    expect(outcomes).not.toContain('spin timeout');
    await expect(endless).rejects.toMatchObject({ code: 'work-timeout' });
  });
});

describe('a thread that dies', () => {
  test.each(['exit', 'crash'] as const)(
    'in a job fails that job alone: %s; those behind it run in a new one',
    async (task) => {
      const { run, outcomes, deaths } = startFitter();
      const jobs = [run('answer', 1), run(task, null), run('answer', 2), run(task, null), run('answer', 3)];
      const settled = await Promise.allSettled(jobs);
      expect(settled.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      expect(outcomes.filter((outcome) => outcome === `${task} failed`)).toHaveLength(2);
      expect(deaths).toEqual([]);
    },
  );

  test('before it can take a job fails that job, and is heard of', async () => {
    const { run, deaths } = startFitter({ workerUrl: NO_WORKER });
    await expect(run('answer', 1)).rejects.toThrow(/no-such-worker/);
    await expect(run('answer', 2)).rejects.toThrow(/no-such-worker/);
    expect(deaths).toHaveLength(2);
  });
});

test('columns for which there is no memory are too large, and the thread goes on', async () => {
  const { run, outcomes } = startFitter();
  const refused = run('allocate', null);
  await expect(refused).rejects.toBeInstanceOf(TooLarge);
  await expect(refused).rejects.toMatchObject({ code: 'work-too-large' });
  expect(await run('answer', 1)).toBe(1);
  expect(outcomes).toEqual(['allocate out-of-memory', 'answer done']);
});

describe('a caller that goes away', () => {
  test('while its job runs ends the thread, and those that wait run in a new one', async () => {
    const { run, outcomes } = startFitter();
    const caller = new AbortController();
    const endless = run('spin', null, caller.signal);
    const behind = run('answer', 1);
    setTimeout(() => caller.abort(), 50);
    await expect(endless).rejects.toThrow(/abort/i);
    expect(await behind).toBe(1);
    expect(outcomes).toEqual(['spin abandoned', 'answer done']);
  });

  test('while its job waits makes room in the queue, and the job never runs', async () => {
    const { run, outcomes } = startFitter({ timeout: SHORT });
    const endless = run('spin', null);
    const callers = Array.from({ length: 40 }, () => new AbortController());
    for (const caller of callers) {
      const waiting = run('answer', 0, caller.signal);
      caller.abort();
      await expect(waiting).rejects.toThrow(/abort/i);
    }
    const behind = run('answer', 1);
    await expect(endless).rejects.toMatchObject({ code: 'work-timeout' });
    expect(await behind).toBe(1);
    expect(outcomes).toEqual(['spin timeout', 'answer done']);
  });
});

test('closing ends the jobs that run and those that wait, and takes no other', async () => {
  const { fitter, run } = startFitter();
  const jobs = [run('spin', null), run('answer', 1), run('answer', 2)];
  const settled = Promise.allSettled(jobs);
  await fitter.close();
  for (const outcome of await settled) {
    expect(outcome.status).toBe('rejected');
    expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(Unavailable);
  }
  await expect(run('answer', 3)).rejects.toMatchObject({ code: 'closing' });
});

test('a heap that is full is too large, and ends the thread alone: those behind it run in a new one', () => {
  const script = new URL('../support/hoard.mjs', import.meta.url).pathname;
  const node = spawnSync(process.execPath, ['--max-old-space-size=64', script], { encoding: 'utf8' });
  expect(node.stderr).not.toContain('FATAL');
  expect(JSON.parse(node.stdout)).toEqual({
    codes: ['TooLarge work-too-large', 1, 'TooLarge work-too-large', 1],
    outcomes: ['hoard out-of-memory', 'answer done', 'hoard out-of-memory', 'answer done'],
  });
});
