import { describe, expect, test } from 'vitest';
import { toDocument } from '../../src/curves/curve-document.js';
import { biasedColumns, post, startApp } from '../support/app.js';
import { curveOf } from '../support/curves.js';

const { joint_counts: counts, ...document } = toDocument(curveOf('org/rm'));
const rows = counts?.counts ?? [];

async function importing(joint_counts: object) {
  const app = await startApp();
  const payload = { ...document, joint_counts: { ...counts, ...joint_counts } };
  return (await app.inject({ method: 'PUT', url: '/v1/curves', payload })).json();
}

test('a fit counts its samples, an import and a restart keep the counts', async () => {
  const app = await startApp();
  await post(app, '/v1/fit', { reward_model: 'org/rm', columns: biasedColumns(320) });
  const payload = (await app.inject('/v1/curves?reward_model=org/rm&version=1')).json();
  const { characteristic, reward, counts: fitted } = payload.joint_counts;
  expect([characteristic.edges.length, reward.edges.length]).toEqual([33, 33]);
  for (const row of fitted) expect(row.reduce((a: number, b: number) => a + b, 0)).toBe(10);
  const other = await startApp();
  await other.inject({ method: 'PUT', url: '/v1/curves', payload });
  const again = (await other.inject('/v1/curves?reward_model=org/rm&version=1')).json();
  expect(again).toEqual(payload);
});

describe('counts that contradict themselves are not imported:', () => {
  test.each<[string, object, string, string]>([
    [
      'a sum that is not that of the samples',
      { counts: [[0, 5, 2], rows[1]] },
      '/counts',
      'must add up to "samples"',
    ],
    ['a row too few', { counts: [rows[0]] }, '/counts', 'must have a row for each bin of the characteristic'],
    [
      'a count too few',
      { counts: [rows[0], [12]] },
      '/counts/1',
      'must have a count for each bin of the reward',
    ],
    [
      'edges that do not ascend',
      { reward: { edges: [0, 2, 2, 3] } },
      '/reward/edges/2',
      'must be above the edge before',
    ],
    ['half a sample', { counts: [rows[0], [2, 0, 3.5]] }, '/counts/1/2', 'must be a whole number'],
    ['no bin', { reward: { edges: [1] } }, '/reward/edges', 'Too small: expected array to have >=2 items'],
  ])('%s', async (_, change, place, rule) => {
    const { errors } = await importing(change);
    expect(errors).toContainEqual({ path: `/joint_counts${place}`, message: rule });
  });
});
