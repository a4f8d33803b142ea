import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { biasedColumns, fittedOnce, post, shareApp, startApp } from '../../support/app.js';

const rm = 'org/reward-model';
const columns = biasedColumns(500);
const shared = shareApp(fittedOnce(rm, [{ columns }]));

const density = (app: FastifyInstance, query: Record<string, string> = {}) =>
  app.inject({ url: '/v1/curves/density', query: { reward_model: rm, ...query } });

const sumOf = (counts: number[][]) => counts.flat().reduce((sum, count) => sum + count, 0);

/** Observes samples of a reward model. */
const observe = (app: FastifyInstance, observed: object, rewardModel = rm) =>
  post(app, '/v1/calibrate', {
    reward_model: rewardModel,
    observe: true,
    on_missing_curve: 'passthrough',
    columns: observed,
  });

describe('GET /v1/curves/density', () => {
  test('gives the joint counts of the version, and their sum', async () => {
    const exported = (
      await shared.app.inject({ url: '/v1/curves', query: { reward_model: rm, version: '1' } })
    ).json();
    const answer = (await density(shared.app)).json();
    expect(answer).toEqual({
      reward_model: rm,
      version: 1,
      source: 'fit',
      samples: 500,
      characteristic: { name: 'chars', ...exported.joint_counts.characteristic },
      reward: exported.joint_counts.reward,
      counts: exported.joint_counts.counts,
    });
    expect(sumOf(answer.counts)).toBe(answer.samples);
  });

  test('of the window counts what was observed in the same bins, the outermost widened', async () => {
    const app = await startApp();
    await post(app, '/v1/fit', { reward_model: rm, columns });
    const fit = (await density(app)).json();
    await observe(app, { rewards: [-100, 5, 5, 100], chars: [1, 300, 300, 99_999] });
    const answer = (await density(app, { source: 'window' })).json();
    expect(answer).toMatchObject({
      version: 1,
      source: 'window',
      samples: 4,
      characteristic: { name: 'chars' },
    });
    expect(sumOf(answer.counts)).toBe(4);
    expect(answer.characteristic.edges).toEqual([1, ...fit.characteristic.edges.slice(1, -1), 99_999]);
    expect(answer.reward.edges).toEqual([-100, ...fit.reward.edges.slice(1, -1), 100]);
    expect(answer.counts.at(0).at(0)).toBe(1);
    expect(answer.counts.at(-1).at(-1)).toBe(1);
    expect(Math.max(...answer.counts.flat())).toBe(2);
  });

  test('of a window without a curve has bins of its own', async () => {
    const app = await startApp();
    await observe(app, { ...columns, tokens: columns.chars });
    const answer = (await density(app, { source: 'window' })).json();
    expect(answer).toMatchObject({ version: null, samples: 500, characteristic: { name: 'chars' } });
    expect(sumOf(answer.counts)).toBe(500);
    expect(answer.characteristic.edges[0]).toBe(Math.min(...columns.chars));
  });

  test('of a curve that does not say where its samples lay is a 404 of its own; its window is not', async () => {
    const app = await startApp({}, new MemoryStore());
    const exported = (
      await shared.app.inject({ url: '/v1/curves', query: { reward_model: rm, version: '1' } })
    ).json();
    const { joint_counts: _, ...older } = exported;
    await app.inject({ method: 'PUT', url: '/v1/curves', payload: { ...older, schema_version: 1 } });
    const refused = await density(app);
    expect([refused.statusCode, refused.json().type]).toEqual([404, '/docs/errors#no-density']);
    await observe(app, columns);
    expect((await density(app, { source: 'window' })).json()).toMatchObject({ version: 1, samples: 500 });
  });

  test.each([
    [{ reward_model: 'other' }, 404, 'unknown-reward-model'],
    [{ version: '7' }, 404, 'unknown-version'],
    [{ source: 'window' }, 404, 'no-density'],
    [{ source: 'window', reward_model: 'other' }, 404, 'no-density'],
    [{ source: 'window', version: '7' }, 404, 'unknown-version'],
    [{ source: 'all' }, 422, 'invalid-input'],
    [{ version: '1.5' }, 422, 'invalid-input'],
    [{ bins: '3' }, 422, 'invalid-input'],
  ])('%j is a %i %s', async (query, status, code) => {
    const response = await density(shared.app, query);
    expect(response.statusCode, response.body).toBe(status);
    expect(response.json().type).toBe(`/docs/errors#${code}`);
  });
});
