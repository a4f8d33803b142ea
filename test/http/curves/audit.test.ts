import type { FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { biasedColumns, fittedOnce, post, startApp } from '../../support/app.js';
import { keptAudit, sentAudit } from '../../support/curves.js';
import { LogLines, metricOf, SECRET } from '../../support/sidecar-policy.js';

const rm = 'org/rm';
const fit = { reward_model: rm, columns: biasedColumns(60) };
const fitted = fittedOnce(rm, [fit, { ...fit, frac: 0.3 }]);
let app: FastifyInstance;

beforeEach(async () => {
  app = await startApp();
  await fitted(app);
});

async function send(method: 'PUT' | 'DELETE', query: Record<string, string>, payload?: object) {
  const url = '/v1/curves/audit';
  const response = await app.inject({ method, url, query, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json() };
}

const attach = (query: Record<string, string>, payload: object) => send('PUT', query, payload);
const takeOff = (query: Record<string, string>) => send('DELETE', query);

async function auditsOf(service = app) {
  const { versions } = (await service.inject(`/v1/curves?reward_model=${rm}`)).json();
  return versions.map(({ audit }: { audit: unknown }) => audit);
}

const gauge = (service = app) => metricOf(service, `audit_probability{reward_model="${rm}"}`);

describe('an audit', () => {
  test('is attached, shown, replaced and taken off, on any version', async () => {
    const [old, current] = [keptAudit(rm, 1, 0.25), keptAudit(rm, 2)];
    expect(await attach({}, sentAudit(rm, 2))).toMatchObject({
      status: 200,
      body: { version: 2, audit: current },
    });
    expect(await attach({ reward_model: rm, version: '1' }, sentAudit(rm, 1, 0.25))).toMatchObject({
      status: 200,
      body: { version: 1, audit: old },
    });
    expect(await auditsOf()).toEqual([old, current]);
    const { curves } = (await app.inject('/v1/curves')).json();
    expect(curves).toMatchObject([{ version: 2, audit: current }]);
    await attach({}, sentAudit(rm, 2, 0.8));
    expect(await auditsOf()).toEqual([old, keptAudit(rm, 2, 0.8)]);
    for (let i = 0; i < 2; i++)
      expect(await takeOff({ reward_model: rm, version: '2' })).toMatchObject({
        status: 200,
        body: { version: 2, audit: null },
      });
    expect(await auditsOf()).toEqual([old, null]);
  });

  test('that names no curve is that of the query; the stored one names its own', async () => {
    const nameless = { ...sentAudit(rm, 2), reward_model: null, version: null };
    expect((await attach({ reward_model: rm, version: '2' }, nameless)).body.audit).toEqual(keptAudit(rm, 2));
    expect((await attach({ version: '1' }, { ...nameless, reward_model: rm })).body.version).toBe(1);
    expect((await attach({ reward_model: rm }, { ...nameless, version: 1 })).body.version).toBe(1);
  });

  test.each([
    [{}, ['/reward_model', '/version']],
    [{ reward_model: rm }, ['/version']],
    [{ version: '1' }, ['/reward_model']],
  ])('that names no curve, with %j alone, is a 422 that says what is missing', async (query, places) => {
    const nameless = { ...sentAudit(rm, 2), reward_model: null, version: null };
    const { status, body } = await attach(query as Record<string, string>, nameless);
    expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([422, places]);
    expect(body.detail).toContain('named neither by the query string nor by the audit');
  });

  test.each([
    [{ reward_model: rm, version: '1' }, ['/version']],
    [{ reward_model: 'org/other', version: '2' }, ['/reward_model']],
    [{ reward_model: 'org/other', version: '1' }, ['/reward_model', '/version']],
    [{ version: '1' }, ['/version']],
  ])('of another curve than %j is a 409 that says what to do', async (query, places) => {
    const { status, body } = await attach(query as Record<string, string>, sentAudit(rm, 2));
    expect([status, body.type]).toEqual([409, '/docs/errors#audit-of-another-curve']);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(places);
    expect(body.detail).toContain(
      'the audit is of version 2 of org/rm, not of the curve in the query string',
    );
    expect(await auditsOf()).toEqual([null, null]);
  });

  test('of an earlier fit of that name and number is a 409, of the same fit it is attached', async () => {
    const { fitted_at } = (await app.inject(`/v1/curves?reward_model=${rm}&version=2`)).json();
    const stale = await attach({}, { ...sentAudit(rm, 2), fitted_at: '2026-11-20T00:00:00.000Z' });
    expect([stale.status, stale.body.type]).toEqual([409, '/docs/errors#audit-of-another-curve']);
    expect(stale.body.errors[0]).toMatchObject({
      path: '/fitted_at',
      message: expect.stringContaining(`fitted at 2026-11-20T00:00:00.000Z, not at ${fitted_at}`),
    });
    expect(await auditsOf()).toEqual([null, null]);
    expect((await attach({}, { ...sentAudit(rm, 2), fitted_at })).body.audit.fitted_at).toBe(fitted_at);
  });

  test('of an unknown curve is a 404', async () => {
    expect((await attach({}, sentAudit(rm, 3))).body.type).toBe('/docs/errors#unknown-version');
    expect((await attach({}, sentAudit('org/none', 1))).body.type).toBe('/docs/errors#unknown-reward-model');
    expect((await takeOff({ reward_model: rm, version: '3' })).body.type).toBe(
      '/docs/errors#unknown-version',
    );
    expect((await takeOff({ reward_model: rm })).body.errors[0].path).toBe('/version');
  });

  test('that is none is a 422 which repeats no text, nor does the log', async () => {
    const logStream = new LogLines();
    app = await startApp({ LOG_LEVEL: 'trace' }, new MemoryStore(), { logStream });
    await post(app, '/v1/fit', fit);
    const audit = sentAudit(rm, 1);
    const verdict = { ...audit.verdict, explanation: SECRET };
    for (const [payload, path] of [
      [{ ...audit, verdict, probability: 1.5 }, '/probability'],
      [{ ...audit, verdict: { ...verdict, code: SECRET } }, '/verdict/code'],
      [{ ...audit, verdict, interval: [0.5, 0.1] }, '/interval'],
      [{ ...audit, verdict, alpha: 0.5 }, '/alpha'],
      [{ ...audit, verdict, note: SECRET }, '/note'],
    ] as const) {
      const { status, body } = await attach({}, payload);
      expect([status, body.errors[0].path]).toEqual([422, path]);
      expect(JSON.stringify(body)).not.toContain(SECRET);
    }
    expect((await attach({}, { ...audit, verdict })).status).toBe(200);
    expect(JSON.stringify(logStream.lines)).not.toContain(SECRET);
    expect((await app.inject('/metrics')).body).not.toContain(SECRET);
  });

  test('that the store refuses is a 503, and nothing changed', async () => {
    class Refusing extends MemoryStore {
      refuses = false;
      override async save(...history: Parameters<MemoryStore['save']>) {
        if (this.refuses) throw new Error('full');
        return super.save(...history);
      }
    }
    const store = new Refusing();
    app = await startApp({}, store);
    await post(app, '/v1/fit', fit);
    store.refuses = true;
    expect((await attach({}, sentAudit(rm, 1))).body.type).toBe('/docs/errors#store-unavailable');
    expect([await auditsOf(), await gauge()]).toEqual([[null], undefined]);
  });
});

describe('with an audit', () => {
  test('a fit makes a version without, a rollback shows that of its version', async () => {
    await attach({}, sentAudit(rm, 2));
    expect((await post(app, '/v1/fit', fit)).body).toMatchObject({ version: 3, audit: null });
    expect(await auditsOf()).toEqual([null, keptAudit(rm, 2), null]);
    const back = await post(app, '/v1/curves/rollback', { reward_model: rm });
    expect(back.body.audit).toEqual(keptAudit(rm, 2));
  });

  test('the export carries it, and an import makes it that of the new version', async () => {
    const exported = async () => (await app.inject(`/v1/curves?reward_model=${rm}&version=2`)).json();
    expect(await exported()).not.toHaveProperty('audit');
    await attach({}, sentAudit(rm, 2));
    const payload = await exported();
    expect(payload.audit).toEqual(keptAudit(rm, 2));
    const other = await startApp();
    const put = async (body: object) =>
      (await other.inject({ method: 'PUT', url: '/v1/curves', payload: body })).json();
    expect(await put(payload)).toMatchObject({ version: 1, audit: keptAudit(rm, 1) });
    expect(await put(payload)).toMatchObject({ version: 1, audit: keptAudit(rm, 1) });
    const { audit, ...bare } = payload;
    expect(await put(bare)).toMatchObject({ version: 1, audit: keptAudit(rm, 1) });
    const another = { ...audit, probability: 0.75 };
    expect(await put({ ...bare, audit: another })).toMatchObject({
      version: 1,
      audit: keptAudit(rm, 1, 0.75),
    });
    const renamed = await put({ ...payload, reward_model: 'org/renamed' });
    expect(renamed.audit).toEqual(keptAudit('org/renamed', 1));
  });

  test('the gauge has the probability of the current version, at the start, too', async () => {
    const store = new MemoryStore();
    app = await startApp({}, store);
    for (let i = 0; i < 2; i++) await post(app, '/v1/fit', fit);
    expect(await gauge()).toBeUndefined();
    await attach({}, sentAudit(rm, 1, 0.25));
    expect(await gauge()).toBeUndefined();
    await attach({}, sentAudit(rm, 2, 0.75));
    expect(await gauge()).toBe(0.75);
    await post(app, '/v1/curves/rollback', { reward_model: rm });
    expect(await gauge()).toBe(0.25);
    expect(await gauge(await startApp({}, store))).toBe(0.25);
    await post(app, '/v1/fit', fit);
    expect(await gauge()).toBeUndefined();
    await post(app, '/v1/curves/rollback', { reward_model: rm, version: 2 });
    await takeOff({ reward_model: rm, version: '2' });
    expect(await gauge()).toBeUndefined();
    await attach({}, sentAudit(rm, 2, 0.75));
    await app.inject({ method: 'DELETE', url: `/v1/curves?reward_model=${rm}` });
    expect(await gauge()).toBeUndefined();
  });
});
