import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_FIT_SETTINGS } from '../../src/calibration/fit/fit-settings.js';
import { Fitter } from '../../src/fitting/fitter.js';
import type { WorkerTasks } from '../../src/http/jobs/worker-tasks.js';
import { biasedColumns, workerUrl } from '../support/app.js';

const never = new AbortController().signal;

function startFitter(queue: number, url = workerUrl) {
  const ended: string[] = [];
  const died: Error[] = [];
  const observer = {
    ended: (task: string) => void ended.push(task),
    threadDied: (error: Error) => void died.push(error),
  };
  const fitter = new Fitter<WorkerTasks>({ threads: 1, queue, timeout: 100_000, workerUrl: url, observer });
  onTestFinished(() => fitter.close());
  const fitOne = () => {
    const { rewards, chars } = biasedColumns(100);
    const samples = {
      rewards: Float64Array.from(rewards),
      characteristics: new Map([['chars', Float64Array.from(chars)]]),
    };
    const request = { rewardModel: 'rm', settings: DEFAULT_FIT_SETTINGS, samples };
    return fitter.run('fit', { kind: 'read', request }, [], never);
  };
  return { fitter, fitOne, ended, died };
}

describe('warming a thread', () => {
  test('is no job: the hooks hear nothing, and fits are as before', async () => {
    const { fitter, fitOne, ended, died } = startFitter(4);
    await fitter.warm(2, never);
    expect(ended).toEqual([]);
    expect((await fitOne()).curves).toHaveLength(1);
    expect(ended).toEqual(['fit']);
    expect(died).toEqual([]);
  });

  test('refuses no fit that comes meanwhile, where none may wait', async () => {
    const { fitter, fitOne } = startFitter(0);
    const warmed = fitter.warm(2, never);
    expect((await fitOne()).curves).toHaveLength(1);
    await warmed;
    await Promise.all([fitOne(), expect(fitOne()).rejects.toMatchObject({ code: 'fit-queue-full' })]);
  });

  test('ends after the round in which a fit comes', async () => {
    const { fitter, fitOne } = startFitter(4);
    const warmed = fitter.warm(1_000_000, never);
    expect((await fitOne()).curves).toHaveLength(1);
    await warmed;
  });

  test('gives way to closing', async () => {
    const { fitter } = startFitter(4);
    const warmed = fitter.warm(2, never);
    await fitter.close();
    await expect(warmed).resolves.toBeUndefined();
    await expect(fitter.warm(2, never)).resolves.toBeUndefined();
  });

  test('does nothing while a fit has the thread', async () => {
    const { fitter, fitOne } = startFitter(4);
    const fitted = fitOne();
    await fitter.warm(2, never);
    expect((await fitted).curves).toHaveLength(1);
  });

  test('says why where there can be no thread, and fits say it for themselves', async () => {
    const { fitter, fitOne } = startFitter(4, new URL('file:///nowhere/worker.js'));
    await expect(fitter.warm(2, never)).rejects.toThrow(/nowhere/);
    await expect(fitOne()).rejects.toThrow(/nowhere/);
  });
});
