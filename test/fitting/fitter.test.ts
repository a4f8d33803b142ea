import { describe, expect, onTestFinished, test } from 'vitest';
import { InvalidInput, Unavailable } from '../../src/calibration/errors.js';
import { DEFAULT_FIT_SETTINGS } from '../../src/calibration/fit-settings.js';
import type { MeasuredSamples } from '../../src/calibration/samples.js';
import { Fitter } from '../../src/fitting/fitter.js';
import { buffersOf } from '../../src/http/fit-job.js';
import type { WorkerTasks } from '../../src/http/worker-tasks.js';
import { biasedColumns, workerUrl } from '../support/app.js';

const never = new AbortController().signal;
const observer = { ended: () => undefined, threadDied: () => undefined };

function startFitter(queue = 4) {
  const fitter = new Fitter<WorkerTasks>({ threads: 1, queue, timeout: 100_000, workerUrl, observer });
  onTestFinished(() => fitter.close());
  return {
    fit: (samples: MeasuredSamples, signal = never) => {
      const job = { rewardModel: 'rm', settings: DEFAULT_FIT_SETTINGS, samples };
      return fitter.run('fit', job, buffersOf(job), signal);
    },
  };
}

function samplesOf(size: number) {
  const { rewards, chars } = biasedColumns(size);
  return {
    rewards: Float64Array.from(rewards),
    characteristics: new Map([['chars', Float64Array.from(chars)]]),
  };
}

describe('fits in worker threads', () => {
  test('leave the event loop free, and take the columns along', async () => {
    const fitter = startFitter();
    const samples = samplesOf(300_000);
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    const { curves, diagnostics } = await fitter.fit(samples);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(3);
    expect(diagnostics.fitSeconds).toBeGreaterThan(0);
    expect(curves[0]?.knots.length).toBe(1_000);
    expect(samples.rewards.length).toBe(0);
  });

  test('end when the caller goes away, and the next one is served', async () => {
    const fitter = startFitter();
    const client = new AbortController();
    const abandoned = fitter.fit(samplesOf(2_000_000), client.signal);
    setTimeout(() => client.abort(), 30);
    await expect(abandoned).rejects.toThrow(/abort/i);
    expect((await fitter.fit(samplesOf(100))).curves).toHaveLength(1);
  });

  test('are refused, not piled up, when the queue is full', async () => {
    const fitter = startFitter(1);
    const fits = [1, 2, 3, 4].map(() => fitter.fit(samplesOf(200_000)));
    const outcomes = await Promise.allSettled(fits);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(refused.length).toBeLessThan(4);
    for (const reason of refused) {
      expect(reason).toBeInstanceOf(Unavailable);
      expect(reason.code).toBe('fit-queue-full');
    }
  });

  test('bring a refusal back as what it was', async () => {
    const rewards = Float64Array.from({ length: 20 }, (_, i) => (i % 2 ? 1.7e308 : -1.7e308));
    const huge = {
      rewards,
      characteristics: new Map([['chars', Float64Array.from({ length: 20 }, (_, i) => i)]]),
    };
    const refusal = startFitter().fit(huge);
    await expect(refusal).rejects.toBeInstanceOf(InvalidInput);
    await expect(refusal).rejects.toThrow('the largest: rewards of sample 0');
  });
});
