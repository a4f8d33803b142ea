import { describe, expect, test } from 'vitest';
import { biasedColumns, post, startApp } from '../support/app.js';

const rm = 'org/rm';

describe('fitting through the API', () => {
  test('"auto" tells which frac was chosen and the loss of every candidate, and a refit chooses anew', async () => {
    const app = await startApp();
    const columns = biasedColumns(500);
    const { body } = await post(app, '/v1/fit', { reward_model: rm, columns, frac: 'auto' });
    const [{ frac, frac_losses: losses }] = body.diagnostics.characteristics;
    expect(body.frac).toBe('auto');
    expect(losses.map((each: { frac: number }) => each.frac)).toEqual([
      0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
    ]);
    const least = Math.min(...losses.map(({ loss }: { loss: number }) => loss));
    expect(losses.find((each: { frac: number }) => each.frac === frac).loss).toBe(least);

    await post(app, '/v1/calibrate', { reward_model: rm, columns, observe: true });
    const refit = await post(app, '/v1/refit', { reward_model: rm });
    expect(refit.body).toMatchObject({ version: 2, frac: 'auto' });
    expect(refit.body.diagnostics.characteristics).toEqual(body.diagnostics.characteristics);
  });

  test('a chosen frac gives the same curve as the same frac given', async () => {
    const app = await startApp();
    const columns = biasedColumns(500);
    const auto = await post(app, '/v1/fit', { reward_model: rm, columns, frac: 'auto' });
    const [{ frac }] = auto.body.diagnostics.characteristics;
    await post(app, '/v1/fit', { reward_model: rm, columns, frac });
    const [first, second] = await Promise.all(
      [1, 2].map((version) => post(app, '/v1/calibrate', { reward_model: rm, columns, version })),
    );
    expect(first?.body.rewards).toEqual(second?.body.rewards);
  });

  test('the exported curve has a standard error at every knot, and the answer their mean', async () => {
    const app = await startApp();
    const { body } = await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(500) });
    const [{ standard_error: standardError, effective_degrees_of_freedom: degrees }] =
      body.diagnostics.characteristics;
    const { characteristics } = (await app.inject(`/v1/curves?reward_model=${rm}&version=1`)).json();
    expect(characteristics[0].standard_errors).toHaveLength(characteristics[0].knots.length);
    expect(Math.max(...characteristics[0].standard_errors)).toBe(standardError.largest);
    expect(standardError.mean).toBeGreaterThan(0);
    expect(degrees).toBeGreaterThan(2);
  });
});
