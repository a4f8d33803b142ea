import { Utf8, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { biasedColumns, post, startApp } from '../../support/app.js';
import { arrowStream } from '../../support/arrow.js';

const rm = 'org/rm';

describe('fitting through the API', () => {
  test('says what its parts took, of the whole; no curve keeps it', async () => {
    const app = await startApp();
    const columns = biasedColumns(500);
    const fit = await post(app, '/v1/fit', { reward_model: rm, columns });
    const { seconds, fit_seconds: whole } = fit.body.diagnostics;
    const parts = ['curve', 'standard_errors', 'cross_fit', 'correlations', 'warnings', 'joint_counts'];
    expect(Object.keys(seconds).sort()).toEqual(parts.sort());
    const sum = Object.values<number>(seconds).reduce((a, b) => a + b);
    expect(Math.min(...Object.values<number>(seconds))).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(whole);

    await post(app, '/v1/calibrate', { reward_model: rm, columns, observe: true });
    const refit = await post(app, '/v1/refit', { reward_model: rm });
    expect(Object.keys(refit.body.diagnostics.seconds).sort()).toEqual(parts);
    const once = await post(app, '/v1/fit-calibrate', { columns, estimator: 'mean' });
    expect(Object.keys(once.body.diagnostics.seconds).sort()).toEqual([
      'calibration',
      'correlations',
      'cross_fit',
      'curve',
      'warnings',
    ]);
    const read = async (query: string) =>
      (await app.inject(`/v1/curves?reward_model=${encodeURIComponent(rm)}${query}`)).json();
    const stored = await read('&version=2');
    expect(stored.diagnostics).not.toHaveProperty('seconds');
    expect(stored.diagnostics.fit_seconds).toBe(refit.body.diagnostics.fit_seconds);
    expect((await read('')).versions[0].diagnostics).not.toHaveProperty('seconds');
  });

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

describe('comparing within prompts through the API', () => {
  const { rewards, chars } = biasedColumns(600);
  const groups = chars.map((_, i) => `prompt ${i % 150}`);
  const samples = rewards.map((reward, i) => ({
    reward,
    prompt: groups[i],
    characteristics: { chars: chars[i] },
  }));

  test('rows with prompts, columns with groups, lines and Arrow give the same curve, and tell the passes', async () => {
    const app = await startApp();
    const fields = { reward_model: rm, estimator: 'lwr-within' };
    const answers = [
      await post(app, '/v1/fit', { ...fields, columns: { rewards, chars, groups } }),
      await post(app, '/v1/fit', { ...fields, samples }),
      await post(app, '/v1/fit', {
        ...fields,
        columns: { rewards, chars, groups: chars.map((_, i) => i % 150) },
      }),
    ];
    const lines = await app.inject({
      method: 'POST',
      url: `/v1/fit?reward_model=${rm}&estimator=lwr-within`,
      headers: { 'content-type': 'application/x-ndjson' },
      payload: samples.map((row) => JSON.stringify(row)).join('\n'),
    });
    const arrow = await app.inject({
      method: 'POST',
      url: `/v1/fit?reward_model=${rm}&estimator=lwr-within`,
      headers: { 'content-type': 'application/vnd.apache.arrow.stream' },
      payload: arrowStream({ rewards, chars }, vectorFromArray(groups, new Utf8())),
    });
    const exported = [1, 2, 3, 4, 5].map(async (version) => {
      const { characteristics } = (
        await app.inject(`/v1/curves?reward_model=${rm}&version=${version}`)
      ).json();
      return characteristics;
    });
    const [first, ...others] = await Promise.all(exported);
    for (const other of others) expect(other).toEqual(first);
    for (const { diagnostics } of [...answers.map(({ body }) => body), lines.json(), arrow.json()]) {
      const { passes, settled } = diagnostics.characteristics[0].back_fitting;
      expect([passes > 1, settled]).toEqual([true, true]);
    }
  });

  test('is refused without prompts, saying what is needed, and so is a refit, whose window keeps none', async () => {
    const app = await startApp();
    const promptless = await post(app, '/v1/fit', {
      reward_model: rm,
      estimator: 'lwr-within',
      columns: { rewards, chars },
    });
    await post(app, '/v1/fit', {
      reward_model: rm,
      estimator: 'lwr-within',
      columns: { rewards, chars, groups },
    });
    await post(app, '/v1/calibrate', { reward_model: rm, samples, observe: true });
    const refit = await post(app, '/v1/refit', { reward_model: rm });
    for (const { status, body } of [promptless, refit]) {
      expect([status, body.type]).toEqual([422, '/docs/errors#invalid-input']);
      expect(body.errors).toEqual([
        { path: '/samples', message: expect.stringMatching(/"prompt".*"groups"/) },
      ]);
    }
    expect((await app.inject(`/v1/curves?reward_model=${rm}`)).json().current).toBe(1);
  });

  test('the answer has warnings, and the exported curve keeps them', async () => {
    const app = await startApp();
    const { body } = await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(40) });
    const [warning] = body.diagnostics.warnings;
    expect(warning).toEqual({ code: expect.any(String), message: expect.any(String) });
    const document = (await app.inject(`/v1/curves?reward_model=${rm}&version=1`)).json();
    expect(document.diagnostics.warnings).toEqual(body.diagnostics.warnings);
  });
});
