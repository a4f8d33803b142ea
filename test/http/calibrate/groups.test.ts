import { Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { biasedColumns, post, startApp } from '../../support/app.js';
import { arrowStream } from '../../support/arrow.js';

const rm = 'org/rm';
const columns = biasedColumns(40);

async function calibrateArrow(groups: Vector): Promise<{ status: number; body: Buffer }> {
  const app = await startApp();
  await post(app, '/v1/fit', { reward_model: rm, columns });
  const response = await app.inject({
    method: 'POST',
    url: `/v1/calibrate?reward_model=${rm}`,
    headers: { 'content-type': 'application/vnd.apache.arrow.stream' },
    payload: arrowStream(columns, groups),
  });
  return { status: response.statusCode, body: response.rawPayload };
}

describe('groups, which calibrating has no use for', () => {
  test('may be integers or text in JSON', async () => {
    const app = await startApp();
    await post(app, '/v1/fit', { reward_model: rm, columns });
    const { body: plain } = await post(app, '/v1/calibrate', { reward_model: rm, columns });
    for (const groups of [columns.rewards.map((_, i) => i), columns.rewards.map((_, i) => `p${i}`)]) {
      const answer = await post(app, '/v1/calibrate', { reward_model: rm, columns: { ...columns, groups } });
      expect(answer).toMatchObject({ status: 200, body: plain });
    }
  });

  test('may be text in Arrow', async () => {
    const texts = columns.rewards.map((_, i) => `prompt ${i}`);
    expect((await calibrateArrow(vectorFromArray(texts, new Utf8()))).status).toBe(200);
  });

  test('are refused at the place of a null', async () => {
    const texts = columns.rewards.map((_, i) => (i === 7 ? null : `prompt ${i}`));
    const { status, body } = await calibrateArrow(vectorFromArray(texts, new Utf8()));
    expect(status).toBe(422);
    const places = JSON.parse(body.toString('utf8')).errors;
    expect(places).toEqual([{ path: '/columns/groups/7', message: 'must not be null' }]);
  });
});
