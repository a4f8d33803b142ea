import { describe, expect, test } from 'vitest';
import { post } from '../support/app.js';
import { startSidecar } from '../support/sidecar-app.js';
import { HandClock, LogLines, metricOf } from '../support/sidecar-policy.js';

const ask = { query: ['hello there'] };

/** As many characteristics as a request may have, of one sample. */
function junk(count: number, more: object = {}) {
  const named = Array.from({ length: count }, (_, i) => [`junk${i}`, [i]]);
  return { rewards: [1], ...more, ...Object.fromEntries(named) };
}

describe('what others had observed does not fail an answer of the sidecar', () => {
  test.each([
    ['fourteen characteristics beside those of the curve', junk(14, { chars: [5], words: [1] })],
    ['fifteen characteristics', junk(15, { chars: [5] })],
  ])('%s: it is answered and observed by every curve', async (_, columns) => {
    const sidecar = await startSidecar('openrlhf');
    const observe = { reward_model: 'org/rm', observe: true, on_missing_curve: 'passthrough', columns };
    expect((await post(sidecar.app, '/v1/calibrate', observe)).status).toBe(200);
    for (const characteristic of ['chars', 'words', 'lines', 'markdown']) {
      await sidecar.importLine(characteristic);
      expect((await sidecar.ask('/get_reward', ask)).status).toBe(200);
    }
    expect(await metricOf(sidecar.app, 'samples_total{reward_model="org/rm",outcome="observed"}')).toBe(5);
  });

  test('no room for its reward model: it is answered, and what is not kept is counted and logged', async () => {
    const clock = new HandClock();
    const logStream = new LogLines();
    const { app, ask: askSidecar } = await startSidecar('openrlhf', {
      environment: { MAX_REWARD_MODELS: '1', LOG_LEVEL: 'warn' },
      dependencies: { clock, logStream },
    });
    const observe = { reward_model: 'other', observe: true, on_missing_curve: 'passthrough' };
    const observed = await post(app, '/v1/calibrate', { ...observe, columns: { rewards: [1], chars: [2] } });
    expect(observed.status).toBe(200);
    for (let i = 0; i < 3; i++) expect((await askSidecar('/get_reward', ask)).status).toBe(200);
    expect(await metricOf(app, 'samples_total{reward_model="org/rm",outcome="unobserved"}')).toBe(3);
    const logged = logStream.lines.filter(({ msg }) => String(msg).startsWith('not observed'));
    expect(logged).toMatchObject([{ upstream: 'rm', code: 'too-many-reward-models' }]);
  });
});
