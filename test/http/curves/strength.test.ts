import type { FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, test } from 'vitest';
import { biasedColumns, fittedOnce, post, startApp } from '../../support/app.js';
import { keptAudit, sentAudit } from '../../support/curves.js';

const rm = 'org/rm';
const columns = biasedColumns(300);
const fitted = fittedOnce(rm, [{ columns }]);
let app: FastifyInstance;

beforeEach(async () => {
  app = await startApp();
  await fitted(app);
});

const change = (body: object) => post(app, '/v1/curves/strength', { reward_model: rm, ...body });
const exported = async (version: number) =>
  (await app.inject(`/v1/curves?reward_model=${rm}&version=${version}`)).json();
const biases = async (version: number) =>
  (await post(app, '/v1/calibrate', { reward_model: rm, version, columns, include: ['biases'] })).body.biases;

describe('another strength', () => {
  test('is a new current version that takes away alpha times the bias', async () => {
    expect((await change({ alpha: 0.5 })).body).toMatchObject({
      version: 2,
      characteristics: [{ name: 'chars', alpha: 0.5 }],
      audit: null,
    });
    expect((await post(app, '/v1/calibrate', { reward_model: rm, columns })).body.version).toBe(2);
    const full = await biases(1);
    expect(await biases(2)).toEqual(full.map((bias: number) => 0.5 * bias));
    const from1 = await change({ version: 1, alpha: -0.25 });
    expect(from1.body).toMatchObject({ version: 3, characteristics: [{ alpha: -0.25 }] });
    expect(await biases(3)).toEqual(full.map((bias: number) => -0.25 * bias));
  });

  test('is what a fit with it would be, but for what only samples show', async () => {
    await change({ alpha: 0.5 });
    const fitted = await post(app, '/v1/fit', {
      reward_model: rm,
      columns,
      characteristics: [{ name: 'chars', alpha: 0.5 }],
    });
    expect(fitted.body.version).toBe(3);
    const [changed, anew] = await Promise.all([exported(2), exported(3)]);
    const { spearman, pearson, warnings, fit_seconds, ...diagnostics } = changed.diagnostics;
    const { fit_seconds: _, warnings: __, spearman: ranks, pearson: values, ...expected } = anew.diagnostics;
    expect(diagnostics).toEqual(expected);
    expect(spearman).toEqual({ before: ranks.before, after: null, cross_fitted: null });
    expect(pearson).toEqual({ before: values.before, after: null, cross_fitted: null });
    expect(warnings.filter(({ code }: { code: string }) => code === 'strength-changed')).toHaveLength(1);
    expect(warnings[0].message).toMatch(/^alpha was 1 in version 1 and is 0\.5 here, without samples\./);
    const same = (document: object) => ({
      ...document,
      diagnostics: null,
      reward_scale: null,
      version: null,
      fitted_at: null,
    });
    expect(same(changed)).toEqual(same(anew));
    expect(changed.fitted_at).toBe((await exported(1)).fitted_at);
    expect(changed).not.toHaveProperty('reward_scale');
  });

  test('has no scale for an ensemble until it is fitted', async () => {
    await post(app, '/v1/fit', { reward_model: 'org/another', columns });
    await change({ alpha: 0.5 });
    const ensemble = () =>
      post(app, '/v1/calibrate', {
        combine: 'mean',
        samples: [{ characteristics: { chars: 100 }, rewards: { [rm]: 1, 'org/another': 2 } }],
      });
    expect(await ensemble()).toMatchObject({ status: 409, body: { type: '/docs/errors#no-scale' } });
    await change({ version: 1, alpha: 1 });
    expect((await ensemble()).status).toBe(200);
  });

  test('of an earlier strength names it once, and leaves out warnings about the result', async () => {
    const line = { rewards: columns.chars.map((length) => length / 64), chars: columns.chars };
    const body = { reward_model: 'org/line', columns: line };
    const codes = ({ diagnostics }: { diagnostics: { warnings: { code: string }[] } }) =>
      diagnostics.warnings.map(({ code }) => code);
    expect(codes((await post(app, '/v1/fit', body)).body)).toContain('correlation-undefined');
    await change({ reward_model: 'org/line', alpha: 0.5 });
    const { body: twice } = await change({ reward_model: 'org/line', alpha: 0.25 });
    expect(codes(twice).filter((code) => code === 'strength-changed')).toHaveLength(1);
    expect(codes(twice)).not.toContain('correlation-undefined');
    expect(twice.diagnostics.warnings[0].message).toMatch(/^alpha was 0\.5 in version 2 and is 0\.25 here/);
  });

  test('goes to all characteristics, to the next refit, and through an import', async () => {
    const rows = { ...columns, lines: columns.chars.map((length) => length % 7) };
    const characteristics = [{ name: 'chars', alpha: 0.9 }, 'lines'];
    await post(app, '/v1/fit', { reward_model: rm, columns: rows, characteristics });
    const { body } = await change({ alpha: 0.5 });
    expect(body.characteristics.map(({ alpha }: { alpha: number }) => alpha)).toEqual([0.5, 0.5]);
    expect(body.diagnostics.warnings[0].message).toMatch(/^alpha was 0\.9, 1 in version 2/);
    const other = await startApp();
    const payload = await exported(3);
    await other.inject({ method: 'PUT', url: '/v1/curves', payload });
    expect((await other.inject(`/v1/curves?reward_model=${rm}&version=1`)).json()).toEqual({
      ...payload,
      version: 1,
    });
    await post(app, '/v1/calibrate', { reward_model: rm, observe: true, columns: rows });
    const refitted = await post(app, '/v1/refit', { reward_model: rm });
    expect(refitted.body.characteristics.map(({ alpha }: { alpha: number }) => alpha)).toEqual([0.5, 0.5]);
  });

  test('takes the audit along, which is of the curve at full strength', async () => {
    await app.inject({ method: 'PUT', url: '/v1/curves/audit', payload: sentAudit(rm, 1) });
    expect((await change({ alpha: 0.5 })).body.audit).toEqual(keptAudit(rm, 2));
    expect((await app.inject('/metrics')).body).toContain(
      `reward_calibration_audit_probability{reward_model="${rm}"} 0.96`,
    );
  });
});

describe('the same strength', () => {
  test('changes nothing of the current version', async () => {
    const before = (await app.inject(`/v1/curves?reward_model=${rm}`)).json();
    expect((await change({ alpha: 1 })).body).toEqual(before.versions[0]);
    expect((await change({ alpha: 1, version: 1 })).body.version).toBe(1);
    expect((await app.inject(`/v1/curves?reward_model=${rm}`)).json()).toEqual(before);
  });

  test('of another version makes it current under a new number, with all its figures', async () => {
    await post(app, '/v1/fit', { reward_model: rm, columns, frac: 0.2 });
    await change({ version: 1, alpha: 1 });
    expect(await exported(3)).toEqual({ ...(await exported(1)), version: 3 });
  });
});

test.each([
  [{ alpha: 0.5, reward_model: 'org/none' }, 404, 'unknown-reward-model'],
  [{ alpha: 0.5, version: 7 }, 404, 'unknown-version'],
  [{}, 422, 'invalid-input'],
  [{ alpha: 'auto' }, 422, 'invalid-input'],
  [{ alpha: 1.5e308 }, 422, 'invalid-input'],
])('%j is refused, and changes nothing', async (body, status, code) => {
  const refused = await change(body);
  expect([refused.status, refused.body.type]).toEqual([status, `/docs/errors#${code}`]);
  expect((await app.inject(`/v1/curves?reward_model=${rm}`)).json()).toMatchObject({ current: 1 });
});
