import { rm, writeFile } from 'node:fs/promises';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { beforeEach, describe, expect, test } from 'vitest';
import { storageKey } from '../../../src/curves/storage-key.js';
import { FileStore } from '../../../src/curves/stores/file-store.js';
import { biasedColumns, post, startApp } from '../../support/app.js';
import { auditOf, grown } from '../../support/curves.js';
import { SLOPE, startSidecar } from '../../support/sidecar-app.js';
import {
  biasedReward,
  fitsOf,
  HandClock,
  LogLines,
  metricOf,
  textsOf,
} from '../../support/sidecar-policy.js';
import { makeStoreFolder, type StoreFolder } from '../../support/store-folder.js';

const broken = 'org/rm';
const fine = 'org/fine';
const samples = [{ reward: 1, characteristics: { chars: 2 } }];
const pair = {
  chosen: { reward: 1, characteristics: { chars: 9 } },
  rejected: { reward: 0, characteristics: { chars: 5 } },
};
const output = { generator: 'g', prompt_id: 1, reward: 1, characteristics: { chars: 2 } };

let folder: StoreFolder;

/** A folder with two reward models, of which one has lost its current version. */
beforeEach(async () => {
  folder = await makeStoreFolder(broken);
  await folder.save(grown(broken, 2), grown(fine, 2));
  await rm(folder.inOwn('version-2.json'));
});

async function startBroken(logStream?: LogLines): Promise<FastifyInstance> {
  return startApp({ LOG_LEVEL: 'info' }, new FileStore(folder.folder), {
    logStream: logStream ?? new LogLines(),
  });
}

const lines = (url: string) => ({
  method: 'POST' as const,
  url: `${url}?reward_model=${broken}&on_missing_curve=passthrough`,
  headers: { 'content-type': 'application/x-ndjson' },
});

const posted = (url: string, payload: object) => ({ method: 'POST' as const, url, payload });

/** Every request that needs the curve of a reward model. */
const REQUESTS: Record<string, InjectOptions> = {
  calibrate: posted('/v1/calibrate', { reward_model: broken, samples }),
  'calibrate with passthrough': posted('/v1/calibrate', {
    reward_model: broken,
    samples,
    on_missing_curve: 'passthrough',
    observe: true,
  }),
  'calibrate with a version': posted('/v1/calibrate', { reward_model: broken, version: 1, samples }),
  'calibrate lines': { ...lines('/v1/calibrate'), payload: '{"reward": 1, "response": "a"}\n' },
  'an ensemble': posted('/v1/calibrate', {
    combine: 'mean',
    samples: [{ characteristics: { chars: 2 }, rewards: { [fine]: 1, [broken]: 1 } }],
  }),
  'preference pairs': posted('/v1/preference-pairs', {
    reward_model: broken,
    on_missing_curve: 'passthrough',
    groups: [{ prompt: 'p', responses: [{ response: 'a', reward: 1 }] }],
  }),
  'preference pairs of lines': {
    ...lines('/v1/preference-pairs'),
    payload: '{"prompt": "p", "response": "a", "reward": 1}\n',
  },
  evaluate: posted('/v1/evaluate', { reward_model: broken, pairs: [pair, pair] }),
  'evaluate in a worker': posted('/v1/evaluate', {
    reward_model: broken,
    pairs: new Array(3_000).fill(pair),
  }),
  leaderboard: posted('/v1/leaderboard', {
    reward_model: broken,
    outputs: [output],
    baseline: [{ prompt_id: 1, reward: 0, characteristics: { chars: 2 } }],
  }),
  fit: posted('/v1/fit', { reward_model: broken, columns: biasedColumns(100) }),
  'fit in a worker': posted('/v1/fit', { reward_model: broken, columns: biasedColumns(20_000) }),
  refit: posted('/v1/refit', { reward_model: broken }),
  history: { url: `/v1/curves?reward_model=${broken}` },
  'a version that is whole': { url: `/v1/curves?reward_model=${broken}&version=1` },
  rollback: posted('/v1/curves/rollback', { reward_model: broken }),
  'another strength': posted('/v1/curves/strength', { reward_model: broken, alpha: 0.5 }),
  'attaching an audit': {
    method: 'PUT',
    url: '/v1/curves/audit',
    payload: auditOf(decodeURIComponent(broken), 1),
  },
  'taking off an audit': { method: 'DELETE', url: `/v1/curves/audit?reward_model=${broken}&version=1` },
  'deleting a version': { method: 'DELETE', url: `/v1/curves?reward_model=${broken}&version=1` },
};

describe('a reward model whose stored curves cannot be read', () => {
  test.each(Object.entries(REQUESTS))('answers 503 curve-unreadable: %s', async (_, request) => {
    const app = await startBroken();
    const answer = await app.inject(request);
    expect([answer.statusCode, answer.json().type]).toEqual([503, '/docs/errors#curve-unreadable']);
    expect(answer.json().detail).toContain('version-2.json is missing');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  test('answers so to an import, too', async () => {
    const app = await startBroken();
    const { body } = await app.inject(`/v1/curves?reward_model=${fine}&version=1`);
    const payload = { ...JSON.parse(body), reward_model: broken };
    const answer = await app.inject({ method: 'PUT', url: '/v1/curves', payload });
    expect([answer.statusCode, answer.json().type]).toEqual([503, '/docs/errors#curve-unreadable']);
  });

  test('is shown in the list, by a gauge and in the log, and the others are served', async () => {
    const logStream = new LogLines();
    const app = await startBroken(logStream);
    const list = (await app.inject('/v1/curves')).json();
    expect(list.curves.map(({ reward_model }: { reward_model: string }) => reward_model)).toEqual([fine]);
    expect(list.unreadable).toEqual([
      { reward_model: broken, key: storageKey(broken), reason: 'version-2.json is missing' },
    ]);
    expect(await metricOf(app, 'unreadable_reward_models')).toBe(1);
    expect(
      logStream.with(
        'stored curves cannot be read: this reward model answers 503 until they are restored or deleted',
      ),
    ).toEqual([
      expect.objectContaining({
        level: 50,
        rewardModel: broken,
        place: folder.inOwn('version-2.json'),
        reason: 'is missing',
      }),
    ]);
    expect((await post(app, '/v1/calibrate', { reward_model: fine, samples })).body.version).toBe(2);
    expect((await app.inject('/health/ready')).json()).toEqual({ status: 'ready', store: 'ok' });
  });

  test('answers so even where nothing that is stored says its name', async () => {
    await rm(folder.inOwn('head.json'));
    await rm(folder.inOwn('cleared.json'));
    await rm(folder.inOwn('version-1.json'));
    await writeFile(folder.inOwn('version-2.json'), '');
    const app = await startBroken();
    expect((await app.inject('/v1/curves')).json().unreadable).toMatchObject([{ reward_model: null }]);
    const answer = await post(app, '/v1/calibrate', {
      reward_model: broken,
      samples,
      on_missing_curve: 'passthrough',
    });
    expect([answer.status, answer.body.type]).toEqual([503, '/docs/errors#curve-unreadable']);
  });

  test('is served again after DELETE, and its numbering goes on', async () => {
    const app = await startBroken();
    const deleted = await app.inject({ method: 'DELETE', url: `/v1/curves?reward_model=${broken}` });
    expect(deleted.json()).toEqual({ reward_model: broken, deleted: [1] });
    expect((await app.inject('/v1/curves')).json().unreadable).toEqual([]);
    expect(await metricOf(app, 'unreadable_reward_models')).toBe(0);
    expect((await post(app, '/v1/calibrate', { reward_model: broken, samples })).body.type).toBe(
      '/docs/errors#no-curve',
    );
    const fitted = await post(app, '/v1/fit', { reward_model: broken, columns: biasedColumns(100) });
    expect(fitted.body.version).toBe(3);
  });
});

describe('an upstream of such a reward model', () => {
  async function startUpstream(upstream: Readonly<Record<string, unknown>>) {
    const clock = new HandClock();
    const logStream = new LogLines();
    const sidecar = await startSidecar('openrlhf', {
      upstream,
      knobs: { reward: biasedReward(SLOPE) },
      store: new FileStore(folder.folder),
      environment: { LOG_LEVEL: 'info' },
      dependencies: { clock, logStream },
    });
    return { ...sidecar, clock, logStream };
  }

  test.each([{ on_missing_curve: 'passthrough' }, { on_missing_curve: 'error' }, { version: 1 }])(
    'answers 503 with %o, and does not ask its server',
    async (upstream) => {
      const { ask, fake } = await startUpstream(upstream);
      const { status, body, headers } = await ask('/get_reward', { query: textsOf(3) });
      expect([status, body.type]).toEqual([503, '/docs/errors#curve-unreadable']);
      expect(headers.get('retry-after')).not.toBeNull();
      expect(fake.requests).toEqual([]);
    },
  );

  test('answers raw rewards in shadow mode, marked, with one line a minute in the log, and fits nothing', async () => {
    const { ask, app, clock, logStream } = await startUpstream({
      mode: 'shadow',
      refit: { first: true, min_samples: 10 },
    });
    const query = textsOf(20);
    for (let second = 0; second < 120; second += 20) {
      const { status, body, headers } = await ask('/get_reward', { query });
      expect([status, body.rewards]).toEqual([200, query.map(biasedReward(SLOPE))]);
      expect(headers.get('x-reward-calibrated')).toBe('false');
      clock.pass(20);
    }
    const said = 'shadow: the stored curve cannot be read, so nothing is calibrated';
    expect(logStream.with(said)).toHaveLength(2);
    expect(logStream.with('self-calibration failed')).toEqual([]);
    expect(logStream.with('curve fitted')).toEqual([]);
    await app.inject({ method: 'DELETE', url: `/v1/curves?reward_model=${broken}` });
    await ask('/get_reward', { query });
    // A poll of vitest has a second.
    expect(await fitsOf(app, 'fitted', 1)).toBe(1);
    expect(logStream.with('curve fitted')).toMatchObject([{ version: 3 }]);
  });
});
