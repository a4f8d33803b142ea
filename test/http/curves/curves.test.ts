import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { biasedColumns, post, startApp } from '../../support/app.js';

const rm = 'org/rm';
const probe = { reward_model: rm, columns: { rewards: [1, 2, 3], chars: [10, 333.3, 4_000] } };

async function fitTwice(app: FastifyInstance) {
  await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(300) });
  await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(300), frac: 0.2 });
}

async function get(app: FastifyInstance, query: Record<string, string>) {
  const response = await app.inject({ url: '/v1/curves', query });
  return { status: response.statusCode, body: response.json() };
}

async function remove(app: FastifyInstance, query: Record<string, string>) {
  const response = await app.inject({ method: 'DELETE', url: '/v1/curves', query });
  return { status: response.statusCode, body: response.json() };
}

describe('the versions of a curve', () => {
  test('list, history and export', async () => {
    const app = await startApp();
    await fitTwice(app);
    await post(app, '/v1/fit', { reward_model: 'a/first', columns: biasedColumns(50) });
    const list = await get(app, {});
    expect(
      list.body.curves.map((c: { reward_model: string; version: number }) => [c.reward_model, c.version]),
    ).toEqual([
      ['a/first', 1],
      [rm, 2],
    ]);
    const history = await get(app, { reward_model: rm });
    expect(history.body).toMatchObject({ current: 2, versions: [{ version: 1 }, { version: 2, frac: 0.2 }] });
    const document = await get(app, { reward_model: rm, version: '1' });
    expect(document.body).toMatchObject({ schema_version: 2, reward_model: rm, version: 1 });
    expect(document.body.characteristics[0].knots).toHaveLength(300);
  });

  test('an exported curve calibrates to the bit elsewhere, and importing it twice changes nothing', async () => {
    const [origin, other] = await Promise.all([startApp(), startApp()]);
    await fitTwice(origin);
    const { body: payload } = await get(origin, { reward_model: rm, version: '2' });
    const imported = await other.inject({ method: 'PUT', url: '/v1/curves', payload });
    expect(imported.json()).toMatchObject({ reward_model: rm, version: 1 });
    const again = await other.inject({ method: 'PUT', url: '/v1/curves', payload });
    expect(again.json().version).toBe(1);
    const [here, there] = await Promise.all([origin, other].map((app) => post(app, '/v1/calibrate', probe)));
    expect(there?.body.rewards).toEqual(here?.body.rewards);
  });

  test('a rollback calibrates with the earlier version; the next fit counts on', async () => {
    const app = await startApp();
    await fitTwice(app);
    const pinned = await post(app, '/v1/calibrate', { ...probe, version: 1 });
    const rolledBack = await post(app, '/v1/curves/rollback', { reward_model: rm });
    expect(rolledBack.body.version).toBe(1);
    const now = await post(app, '/v1/calibrate', probe);
    expect(now.body).toEqual(pinned.body);
    expect((await post(app, '/v1/curves/rollback', { reward_model: rm })).body.type).toBe(
      '/docs/errors#no-earlier-version',
    );
    expect((await post(app, '/v1/curves/rollback', { reward_model: rm, version: 2 })).body.version).toBe(2);
    const next = await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(300) });
    expect(next.body.version).toBe(3);
  });

  test('deleting: an old version, never the current one alone, or everything', async () => {
    const app = await startApp();
    await fitTwice(app);
    expect((await remove(app, { reward_model: rm, version: '2' })).body.type).toBe(
      '/docs/errors#version-in-use',
    );
    expect((await remove(app, { reward_model: rm, version: '1' })).body).toEqual({
      reward_model: rm,
      deleted: [1],
    });
    expect((await remove(app, { reward_model: rm, version: '1' })).status).toBe(404);
    expect((await remove(app, { reward_model: rm })).body.deleted).toEqual([2]);
    expect((await get(app, { reward_model: rm })).body.type).toBe('/docs/errors#unknown-reward-model');
    expect((await get(app, {})).body.curves).toEqual([]);
    const metrics = await app.inject('/metrics');
    expect(metrics.body).not.toContain(`reward_model="${rm}"`);
  });

  test('a version number is never given twice, not even after everything was deleted', async () => {
    const app = await startApp();
    await fitTwice(app);
    await remove(app, { reward_model: rm });
    const next = await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(300) });
    expect(next.body.version).toBe(3);
  });

  test('only the last KEEP_VERSIONS versions are kept', async () => {
    const app = await startApp({ KEEP_VERSIONS: '2' });
    await fitTwice(app);
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(300) });
    const { body } = await get(app, { reward_model: rm });
    expect(body.versions.map(({ version }: { version: number }) => version)).toEqual([2, 3]);
    const gone = await post(app, '/v1/calibrate', { ...probe, version: 1 });
    expect([gone.status, gone.body.type]).toEqual([404, '/docs/errors#unknown-version']);
  });

  test('what was observed of a reward model without a curve is listed and can be deleted, which makes room', async () => {
    const app = await startApp({ MAX_REWARD_MODELS: '2' });
    const observe = (reward_model: string) => {
      const columns = { rewards: [1, 2], chars: [3, 4] };
      const body = { reward_model, observe: true, on_missing_curve: 'passthrough', columns };
      return post(app, '/v1/calibrate', body);
    };
    for (const name of ['typo b', 'typo a']) expect((await observe(name)).status).toBe(200);
    const fitted = () => post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(50) });
    expect((await fitted()).body.type).toBe('/docs/errors#too-many-reward-models');
    const observed = async () => (await get(app, {})).body.observed;
    expect(await observed()).toEqual([
      { reward_model: 'typo a', samples: 2 },
      { reward_model: 'typo b', samples: 2 },
    ]);
    expect((await remove(app, { reward_model: 'typo a', version: '1' })).status).toBe(404);
    expect(await remove(app, { reward_model: 'typo a' })).toEqual({
      status: 200,
      body: { reward_model: 'typo a', deleted: [] },
    });
    expect(await observed()).toEqual([{ reward_model: 'typo b', samples: 2 }]);
    expect((await remove(app, { reward_model: 'typo a' })).status).toBe(404);
    expect((await fitted()).status).toBe(200);
    expect((await remove(app, { reward_model: rm })).body.deleted).toEqual([1]);
    expect((await observe('another')).status).toBe(200);
    expect((await remove(app, { reward_model: 'another' })).status).toBe(200);
  });

  test('one reward model more than MAX_REWARD_MODELS is refused, by fit, import and observe alike', async () => {
    const app = await startApp({ MAX_REWARD_MODELS: '1' });
    await fitTwice(app);
    const { body: payload } = await get(app, { reward_model: rm, version: '1' });
    const fitted = await post(app, '/v1/fit', { reward_model: 'b', columns: biasedColumns(50) });
    const imported = await app.inject({
      method: 'PUT',
      url: '/v1/curves',
      payload: { ...payload, reward_model: 'b' },
    });
    const observing = {
      reward_model: 'b',
      columns: biasedColumns(5),
      observe: true,
      on_missing_curve: 'passthrough',
    };
    const observed = await post(app, '/v1/calibrate', observing);
    for (const type of [fitted.body.type, imported.json().type, observed.body.type]) {
      expect(type).toBe('/docs/errors#too-many-reward-models');
    }
  });
});
