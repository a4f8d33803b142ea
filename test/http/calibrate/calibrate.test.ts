import { describe, expect, test } from 'vitest';
import { biasedColumns, post, startApp } from '../../support/app.js';

const rm = 'org/rm';

describe('calibrating through the API', () => {
  test('a fit answers with a versioned curve and its diagnostics', async () => {
    const app = await startApp();
    const { status, body } = await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(500) });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      reward_model: rm,
      version: 1,
      estimator: 'lwr',
      frac: 0.5,
      iterations: 3,
      samples: 500,
      characteristics: [{ name: 'chars', alpha: 1, range: [20, 1019] }],
    });
    expect(body.diagnostics.spearman.before).toBeGreaterThan(0.5);
    expect(Math.abs(body.diagnostics.spearman.after)).toBeLessThan(0.1);
    expect(Date.parse(body.fitted_at)).not.toBeNaN();
  });

  test('rows keep their order and every reward is raw minus bias', async () => {
    const app = await startApp();
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(500) });
    const lengths = [900, 30, 450, 5_000];
    const { body } = await post(app, '/v1/calibrate', {
      reward_model: rm,
      samples: lengths.map((chars, i) => ({ reward: i, response: 'x'.repeat(chars) })),
      include: ['biases'],
    });
    expect(body).toMatchObject({ reward_model: rm, version: 1, calibrated: true, extrapolated: [3] });
    expect(body.biases[0]).toBeGreaterThan(body.biases[2]);
    expect(body.biases[2]).toBeGreaterThan(body.biases[1]);
    body.rewards.forEach((reward: number, i: number) => {
      expect(reward).toBe(i - body.biases[i]);
    });
  });

  test('half a megabyte of what patterns scan again and again is measured', async () => {
    const app = await startApp();
    const { rewards, chars } = biasedColumns(100);
    const names = ['chars', 'words', 'lines', 'markdown'];
    const columns = { rewards, ...Object.fromEntries(names.map((name) => [name, chars])) };
    const characteristics = names.map((name) => ({ name }));
    await post(app, '/v1/fit', { reward_model: rm, characteristics, columns });
    const pieces = ['1', '𝟗', '\n', ' \n', '** ', '__', '# ', '\n- '];
    const samples = pieces.map((piece) => ({ reward: 1, response: piece.repeat(500_000 / piece.length) }));
    const { status, body } = await post(app, '/v1/calibrate', { reward_model: rm, samples });
    expect(status).toBe(200);
    expect(body).toMatchObject({ calibrated: true, extrapolated: pieces.map((_, i) => i) });
  });

  test('text, rows of characteristics and columns give the same rewards', async () => {
    const app = await startApp();
    await post(app, '/v1/fit', { reward_model: rm, columns: biasedColumns(500) });
    const asText = { samples: [{ reward: 1, response: 'é😀'.repeat(100) }] };
    const asNumbers = { samples: [{ reward: 1, characteristics: { chars: 200 } }] };
    const asColumns = { columns: { rewards: [1], chars: [200] } };
    const answers = await Promise.all(
      [asText, asNumbers, asColumns].map((body) => post(app, '/v1/calibrate', { reward_model: rm, ...body })),
    );
    expect(new Set(answers.map(({ body }) => body.rewards[0])).size).toBe(1);
  });

  test('keep_mean adds one constant to every reward: the mean bias of the fitted samples', async () => {
    const app = await startApp();
    const columns = biasedColumns(500);
    await post(app, '/v1/fit', { reward_model: rm, columns });
    const plain = await post(app, '/v1/calibrate', { reward_model: rm, columns });
    const kept = await post(app, '/v1/calibrate', { reward_model: rm, columns, keep_mean: true });
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(kept.body.rewards)).toBeCloseTo(mean(columns.rewards), 9);
    const shifts = plain.body.rewards.map((reward: number, i: number) => kept.body.rewards[i] - reward);
    for (const shift of shifts) expect(shift).toBeCloseTo(shifts[0], 9);
  });

  test('alpha scales the bias and several characteristics are removed one after another', async () => {
    const app = await startApp();
    const { rewards, chars } = biasedColumns(500);
    const tokens = chars.map((_, i) => (i * 31) % 97);
    const columns = { rewards, chars, tokens };
    const both = [{ name: 'chars', alpha: 0.5 }, { name: 'tokens' }];
    const fitted = await post(app, '/v1/fit', { reward_model: rm, columns, characteristics: both });
    expect(fitted.body.characteristics.map(({ name }: { name: string }) => name)).toEqual([
      'chars',
      'tokens',
    ]);
    const exported = await app.inject({ url: '/v1/curves', query: { reward_model: rm, version: '1' } });
    const [first, second] = exported.json().characteristics;
    const { body } = await post(app, '/v1/calibrate', { reward_model: rm, columns, include: ['biases'] });
    const at = (curve: { knots: number[]; biases: number[] }, x: number) =>
      curve.biases[curve.knots.indexOf(x)] ?? NaN;
    body.biases.forEach((bias: number, i: number) => {
      const expected = 0.5 * at(first, chars[i] ?? NaN) + at(second, tokens[i] ?? NaN);
      expect(bias).toBeCloseTo(expected, 12);
    });
  });

  test('without a curve: 409, or the raw rewards when passing through is asked for', async () => {
    const app = await startApp();
    const body = { reward_model: rm, samples: [{ reward: 1.5, response: 'a' }] };
    const refused = await post(app, '/v1/calibrate', body);
    expect([refused.status, refused.body.type]).toEqual([409, '/docs/errors#no-curve']);
    const included = await post(app, '/v1/calibrate', {
      ...body,
      on_missing_curve: 'passthrough',
      include: ['biases'],
    });
    expect(included.body.biases).toEqual([0]);
    const passed = await post(app, '/v1/calibrate', { ...body, on_missing_curve: 'passthrough' });
    expect(passed.body).toEqual({
      reward_model: rm,
      version: null,
      calibrated: false,
      rewards: [1.5],
      extrapolated: [],
    });
  });

  test('refit uses what calibrate observed, text measured and forgotten', async () => {
    const app = await startApp();
    const { rewards, chars } = biasedColumns(200);
    const samples = chars.map((length, i) => ({ reward: rewards[i], response: 'y'.repeat(length) }));
    const observing = { reward_model: rm, samples, observe: true, on_missing_curve: 'passthrough' };
    await post(app, '/v1/calibrate', observing);
    const refitted = await post(app, '/v1/refit', { reward_model: rm, frac: 0.8 });
    expect(refitted.body).toMatchObject({ version: 1, samples: 200, frac: 0.8 });
    const fitted = await post(app, '/v1/fit', {
      reward_model: 'other',
      columns: { rewards, chars },
      frac: 0.8,
    });
    const [one, other] = await Promise.all(
      [rm, 'other'].map((name) =>
        app.inject({ url: '/v1/curves', query: { reward_model: name, version: '1' } }),
      ),
    );
    expect(fitted.status).toBe(200);
    expect(one?.json().characteristics).toEqual(other?.json().characteristics);
    const again = await post(app, '/v1/refit', { reward_model: rm });
    expect(again.body).toMatchObject({ version: 2, frac: 0.8 });
  });

  test('refit without anything observed is a 409, of a characteristic not observed a 422', async () => {
    const app = await startApp();
    expect((await post(app, '/v1/refit', { reward_model: rm })).body.type).toBe(
      '/docs/errors#nothing-observed',
    );
    const observing = {
      reward_model: rm,
      columns: biasedColumns(20),
      observe: true,
      on_missing_curve: 'passthrough',
    };
    await post(app, '/v1/calibrate', observing);
    const refused = await post(app, '/v1/refit', { reward_model: rm, characteristics: [{ name: 'tokens' }] });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].path).toBe('/characteristics/0/name');
  });
});
