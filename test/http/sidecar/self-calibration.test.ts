import { setTimeout as sleep } from 'node:timers/promises';
import { sampleCorrelation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { DRIFT_SAMPLES } from '../../../src/sidecar/scoring/drift.js';
import { startFakeServer } from '../../sidecar/fake-servers.js';
import { biasedColumns, post, startApp } from '../../support/app.js';
import { keptAudit, sentAudit } from '../../support/curves.js';
import { SLOPE, startSidecar } from '../../support/sidecar-app.js';
import {
  biasedReward,
  fitsOf,
  HandClock,
  LogLines,
  metricOf,
  SECRET,
  textsOf,
} from '../../support/sidecar-policy.js';

/** Fits of a few samples, so that tests are fast. */
const MIN = 100;

class RefusingStore extends MemoryStore {
  override async save(): Promise<never> {
    throw new Error('the disk is full');
  }
}

async function start(refit: object, upstream: object = {}, store?: MemoryStore) {
  const clock = new HandClock();
  const logStream = new LogLines();
  const sidecar = await startSidecar('openrlhf', {
    upstream: { refit: { min_samples: MIN, ...refit }, batch: { size: 4_096 }, ...upstream },
    knobs: { reward: biasedReward(SLOPE) },
    environment: { LOG_LEVEL: 'info' },
    dependencies: { clock, logStream },
    ...(store && { store }),
  });
  let sent = 0;
  /** Sends further texts; the answer, and which version calibrated it. */
  const send = async (size: number) => {
    const query = textsOf(size, sent);
    sent += size;
    const { status, body, headers } = await sidecar.ask('/get_reward', { query });
    return { status, query, rewards: body.rewards as number[], version: headers.get('x-curve-version') };
  };
  const fits = (outcome: string, expected: number) => fitsOf(sidecar.app, outcome, expected);
  return { ...sidecar, clock, logStream, send, fits };
}

describe('the first fit', () => {
  test('comes by itself as soon as enough was observed, and calibrates from then on', async () => {
    const { app, send, fits, logStream } = await start({});
    const before = [await send(MIN - 1), await send(1)];
    expect(before.map(({ version }) => version)).toEqual([null, null]);
    expect(await fits('fitted', 1)).toBe(1);
    const texts = textsOf(MIN);
    const columns = { rewards: texts.map(biasedReward(SLOPE)), chars: texts.map(({ length }) => length) };
    await post(app, '/v1/fit', { reward_model: 'by hand', columns });
    const curveOf = async (name: string) => (await app.inject(`/v1/curves?reward_model=${name}`)).json();
    expect((await curveOf('org/rm')).characteristics).toEqual((await curveOf('by%20hand')).characteristics);
    const { query, rewards, version } = await send(500);
    expect(version).toBe('1');
    const lengths = query.map(({ length }) => length);
    expect(sampleCorrelation(lengths, query.map(biasedReward(SLOPE)))).toBeGreaterThan(0.6);
    expect(Math.abs(sampleCorrelation(lengths, rewards))).toBeLessThan(0.2);
    expect(logStream.with('curve fitted')[0]).toMatchObject({
      upstream: 'rm',
      reason: 'first',
      samples: MIN,
    });
    expect(JSON.stringify(logStream.lines)).not.toContain(SECRET);
  });

  test('is the last one unless the configuration says otherwise', async () => {
    const { send, fits } = await start({});
    await send(MIN);
    await fits('fitted', 1);
    for (let i = 0; i < 5; i++) expect((await send(5 * MIN)).version).toBe('1');
    expect(await fits('fitted', 1)).toBe(1);
  });

  test.each([
    ['first: false', { first: false }, {}],
    ['observe: false', {}, { observe: false }],
  ])('does not come with %s', async (_, refit, upstream) => {
    const { send, fits, logStream } = await start(refit, upstream);
    for (let i = 0; i < 3; i++) expect((await send(MIN)).version).toBeNull();
    expect(await fits('fitted', 0)).toBe(0);
    expect(logStream.with('curve fitted')).toEqual([]);
  });

  test('is one for two upstreams of a reward model', async () => {
    const fake = await startFakeServer('openrlhf', { reward: biasedReward(SLOPE) });
    const upstream = { reward_model: 'org/rm', kind: 'openrlhf', url: fake.url, refit: { min_samples: MIN } };
    const UPSTREAMS = JSON.stringify([
      { ...upstream, name: 'rm' },
      { ...upstream, name: 'rm2' },
    ]);
    const app = await startApp({ UPSTREAMS, FIT_THREADS: '1' });
    const ask = (name: string, from: number) =>
      post(app, `/sidecar/${name}/get_reward`, { query: textsOf(MIN, from) });
    await Promise.all([ask('rm', 0), ask('rm2', MIN), ask('rm', 2 * MIN), ask('rm2', 3 * MIN)]);
    const version = () => metricOf(app, 'curve_version{reward_model="org/rm"}');
    while ((await version()) === undefined) await sleep(20);
    await Promise.all([ask('rm', 4 * MIN), ask('rm2', 5 * MIN)]);
    // With one thread this one ends after every fit that was begun before it.
    await post(app, '/v1/fit', { reward_model: 'other', columns: biasedColumns(MIN) });
    expect((await fitsOf(app, 'fitted', 0, 'rm')) + (await fitsOf(app, 'fitted', 0, 'rm2'))).toBe(1);
    expect(await version()).toBe(1);
    await fake.close();
  });
});

describe('refits', () => {
  test('come after so many samples', async () => {
    const { send, fits } = await start({ every_samples: 200 });
    await send(MIN);
    await fits('fitted', 1);
    await send(199);
    expect((await send(1)).version).toBe('1');
    await fits('fitted', 2);
    expect((await send(1)).version).toBe('2');
    expect(await fits('fitted', 2)).toBe(2);
  });

  test('come after so many seconds, and not from few samples', async () => {
    const { send, fits, clock, importLine } = await start({ every_seconds: 60 });
    await importLine();
    clock.pass(59);
    await send(MIN - 1);
    clock.pass(61);
    await send(0);
    expect(await fits('fitted', 0)).toBe(0);
    await send(1);
    expect(await fits('fitted', 0)).toBe(0);
    clock.pass(60);
    await send(1);
    await fits('fitted', 1);
    clock.pass(59);
    expect((await send(1)).version).toBe('2');
    expect(await fits('fitted', 1)).toBe(1);
  });

  test('come when the bias is another one, from the samples that showed it', async () => {
    const { send, fits, fake, importLine, logStream } = await start({ on_drift: true });
    await importLine();
    await send(DRIFT_SAMPLES);
    await send(DRIFT_SAMPLES);
    expect(await fits('fitted', 0)).toBe(0);
    fake.set({ reward: biasedReward(2 * SLOPE) });
    await send(DRIFT_SAMPLES);
    await fits('fitted', 1);
    expect(logStream.with('curve fitted')[0]).toMatchObject({ reason: 'drift', samples: DRIFT_SAMPLES });
    const { query, rewards, version } = await send(DRIFT_SAMPLES);
    expect(version).toBe('2');
    const lengths = query.map(({ length }) => length);
    expect(Math.abs(sampleCorrelation(lengths, rewards))).toBeLessThan(0.1);
    expect(await fits('fitted', 1)).toBe(1);
  });

  const saying = (logStream: LogLines, pattern: RegExp) =>
    logStream.lines.filter(({ msg, level }) => level === 40 && pattern.test(String(msg)));

  test('by drift say that an audit is due, and that the new version has none', async () => {
    const { app, send, fits, fake, importLine, logStream } = await start({ on_drift: true });
    await importLine();
    await app.inject({ method: 'PUT', url: '/v1/curves/audit', payload: sentAudit('org/rm', 1) });
    await send(DRIFT_SAMPLES);
    expect(saying(logStream, /audit/)).toEqual([]);
    fake.set({ reward: biasedReward(2 * SLOPE) });
    await send(DRIFT_SAMPLES);
    await fits('fitted', 1);
    expect(saying(logStream, /has drifted.*audit again, on samples of the policy/)).toMatchObject([
      { upstream: 'rm', reason: 'drift', rewardModel: 'org/rm', version: 1 },
    ]);
    expect(saying(logStream, /new version has no audit/)).toMatchObject([
      { upstream: 'rm', reason: 'drift', rewardModel: 'org/rm', version: 2, audited: 1 },
    ]);
    const { versions } = (await app.inject('/v1/curves?reward_model=org/rm')).json();
    expect(versions.map(({ audit }: { audit: unknown }) => audit)).toEqual([keptAudit('org/rm', 1), null]);
  });

  test('say nothing of audits where there was none and nothing drifted', async () => {
    const { send, fits, logStream } = await start({ every_samples: 200 });
    for (let fit = 1; fit <= 2; fit++) {
      await send(200);
      await fits('fitted', fit);
    }
    expect(saying(logStream, /audit/)).toEqual([]);
  });

  test('do not take for drift what another strength leaves', async () => {
    const { app, send, fits, fake, importLine } = await start({ on_drift: true });
    await importLine();
    await post(app, '/v1/curves/strength', { reward_model: 'org/rm', alpha: 0.5 });
    for (let block = 0; block < 3; block++) await send(DRIFT_SAMPLES);
    expect(await fits('fitted', 0)).toBe(0);
    fake.set({ reward: biasedReward(3 * SLOPE) });
    await send(DRIFT_SAMPLES);
    await fits('fitted', 1);
    const curve = (await app.inject('/v1/curves')).json().curves[0];
    expect(curve).toMatchObject({ version: 3, characteristics: [{ alpha: 0.5 }] });
  });

  test('never come where a version is pinned', async () => {
    const { send, fits, clock, importLine } = await start(
      { every_samples: 10, every_seconds: 1, on_drift: true },
      { version: 1 },
    );
    await importLine();
    for (let i = 0; i < 3; i++) {
      clock.pass(100);
      expect((await send(DRIFT_SAMPLES)).version).toBe('1');
    }
    expect(await fits('fitted', 0)).toBe(0);
  });
});

describe('lengths that were measured in two ways', () => {
  const templated = (text: string) =>
    `<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n${text}<|im_end|>`;
  /** Sends texts, so many of which have no chat template. */
  async function sendMixed(
    { ask }: Awaited<ReturnType<typeof start>>,
    from: number,
    size: number,
    wholes: number,
  ) {
    const query = textsOf(size, from).map((text, i) => (i < wholes ? text : templated(text)));
    return ask('/get_reward', { query });
  }
  const outcomes = async ({ app }: Awaited<ReturnType<typeof start>>) =>
    Promise.all(['fitted', 'mixed-rules'].map((outcome) => fitsOf(app, outcome, 0)));

  test('are not fitted until the window has renewed', async () => {
    const sidecar = await start({}, {});
    await sendMixed(sidecar, 0, MIN, 10);
    expect(await sidecar.fits('mixed-rules', 1)).toBe(1);
    const mixed = sidecar.logStream.lines.filter(({ responses }) => responses !== undefined);
    expect(mixed).toMatchObject([{ upstream: 'rm', reason: 'first', responses: 90, wholes: 10 }]);
    await sendMixed(sidecar, MIN, MIN - 1, 0);
    expect(await outcomes(sidecar)).toEqual([0, 1]);
    await sendMixed(sidecar, 2 * MIN, 1, 0);
    expect(await sidecar.fits('mixed-rules', 2)).toBe(2);
    // Ten whole texts of a thousand are one in a hundred.
    await sendMixed(sidecar, 3 * MIN, 8 * MIN, 0);
    expect(await sidecar.fits('fitted', 1)).toBe(1);
  });

  test.each([
    ['responses, all but one in a hundred', 1],
    ['whole texts, all but one in a hundred', MIN - 1],
    ['whole texts alone', MIN],
  ])('do not count as such where they are %s', async (_, wholes) => {
    const sidecar = await start({});
    await sendMixed(sidecar, 0, MIN, wholes);
    expect(await sidecar.fits('fitted', 1)).toBe(1);
    expect(await outcomes(sidecar)).toEqual([1, 0]);
  });

  test('warn once of texts in which no response is found', async () => {
    const sidecar = await start({ first: false });
    const warnings = () =>
      sidecar.logStream.lines.filter(({ msg }) => /no response was found/.test(String(msg)));
    expect((await sendMixed(sidecar, 0, 3, 0)).headers.get('x-response-rule')).toBe('marker');
    expect(warnings()).toEqual([]);
    for (let i = 0; i < 3; i++)
      expect((await sendMixed(sidecar, 3 * i, 3, 1)).headers.get('x-response-rule')).toBe('whole, marker');
    expect(warnings()).toMatchObject([{ upstream: 'rm', level: 40 }]);
    expect(await metricOf(sidecar.app, 'response_rule_total{upstream="rm",rule="whole"}')).toBe(3);
    expect(JSON.stringify(sidecar.logStream.lines)).not.toContain(SECRET);
  });
});

describe('a fit that fails', () => {
  test('is counted and logged, stops no answer, and is tried again after as many new samples', async () => {
    const { send, fits, logStream } = await start({}, {}, new RefusingStore());
    await send(MIN);
    expect(await fits('failed', 1)).toBe(1);
    for (let i = 0; i < 9; i++) expect(await send(MIN / 10)).toMatchObject({ status: 200, version: null });
    expect(await fits('failed', 1)).toBe(1);
    await send(MIN / 10);
    expect(await fits('failed', 2)).toBe(2);
    expect(logStream.with('self-calibration failed')[0]).toMatchObject({ upstream: 'rm', reason: 'first' });
    expect(JSON.stringify(logStream.lines)).not.toContain(SECRET);
  });

  test('because the service stops is nobody’s failure', async () => {
    const { app, send, logStream } = await start({});
    await send(MIN);
    await app.close();
    expect(logStream.with('self-calibration failed')).toEqual([]);
  });
});
