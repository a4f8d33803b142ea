import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ESTIMATORS } from '../../../src/calibration/fit/fit-settings.js';
import { curveDocument } from '../../../src/curves/document-schema.js';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { biasedColumns, post, startApp } from '../../support/app.js';

const rm = 'org/extreme';
const SIZE = 40;

/** Finite doubles of every magnitude, ±1.8e308 among them; mostly ordinary ones. */
const reward = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(1.7976931348623157e308, -1.7976931348623157e308, 1e308, -3.4e38) },
);
const length = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 500 }) },
  { weight: 1, arbitrary: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }) },
);
const request = fc.record({
  estimator: fc.constantFrom(...ESTIMATORS),
  frac: fc.constantFrom<(number | 'auto')[]>(0.1, 0.5, 1, 'auto'),
  iterations: fc.constantFrom<(number | 'auto')[]>(0, 3, 'auto'),
  characteristics: fc.constantFrom(
    [{ name: 'chars' }],
    [{ name: 'chars', alpha: 'auto' }],
    [{ name: 'chars' }, { name: 'words', alpha: 'auto' }],
  ),
  min_samples: fc.constantFrom(1, 20),
  columns: fc.record({
    rewards: fc.array(reward, { minLength: SIZE, maxLength: SIZE }),
    chars: fc.array(length, { minLength: SIZE, maxLength: SIZE }),
    words: fc.array(length, { minLength: SIZE, maxLength: SIZE }),
    groups: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: SIZE, maxLength: SIZE }),
  }),
});

/** What JSON writes for a number that is not finite, where the API has a number. */
function nullsIn(data: unknown, place: string): string[] {
  if (data === null) return [place];
  if (typeof data !== 'object') return [];
  return Object.entries(data).flatMap(([key, value]) => nullsIn(value, `${place}/${key}`));
}

/**
 * Errors that a fit of these samples may have: their size, or the windows and prompts that they happen to
 * have.
 */
const REASONS =
  /too large: the result is not finite|no window of .* holds|which is too few for the estimator/;

/** A correlation of a constant column, and the audit of a new fit, are null on purpose. */
const NULL_ON_PURPOSE = /\/(spearman|pearson)\/(before|after|cross_fitted)$|^\/audit$/;

describe('rewards up to the largest double', () => {
  test('are fitted to a curve that a restart reads back to the bit, or refused by name', async () => {
    const store = new MemoryStore();
    const app = await startApp({ KEEP_VERSIONS: '1' }, store);
    const outcomes = { 200: 0, 422: 0 };
    await fc.assert(
      fc.asyncProperty(request, async (body) => {
        const { status, body: answer } = await post(app, '/v1/fit', { reward_model: rm, ...body });
        expect([200, 422]).toContain(status);
        outcomes[status as 200 | 422]++;
        if (status === 422) {
          expect(answer.detail).toMatch(REASONS);
          return;
        }
        expect(nullsIn(answer, '').filter((place) => !NULL_ON_PURPOSE.test(place))).toEqual([]);
        const url = `/v1/curves?reward_model=${encodeURIComponent(rm)}&version=${answer.version}`;
        const exported = (await app.inject(url)).body;
        expect(curveDocument.safeParse(JSON.parse(exported)).error).toBeUndefined();
        const imported = await app.inject({
          method: 'PUT',
          url: '/v1/curves',
          payload: JSON.parse(exported),
        });
        expect(imported.statusCode).toBe(200);
      }),
      { numRuns: 300 },
    );
    expect(Math.min(outcomes[200], outcomes[422])).toBeGreaterThan(20);
  });

  test.each([
    [
      'columns',
      (rewards: number[], chars: number[]) => ({ columns: { rewards, chars } }),
      '/columns/rewards/7',
    ],
    [
      'samples',
      (rewards: number[], chars: number[]) => ({
        samples: rewards.map((value, i) => ({ reward: value, characteristics: { chars: chars[i] } })),
      }),
      '/samples/7/reward',
    ],
  ] as const)('the one in %s that makes a fit overflow is named', async (_, form, path) => {
    const app = await startApp();
    const { rewards, chars } = biasedColumns(100);
    const body = form(rewards.with(7, 1e308), chars);
    for (const url of ['/v1/fit', '/v1/fit-calibrate']) {
      const name = url === '/v1/fit' && { reward_model: rm };
      const answer = await post(app, url, { ...name, ...body, estimator: 'mean', min_samples: 1 });
      expect([answer.status, answer.body.errors]).toEqual([
        422,
        [{ path, message: 'is so large that the result is not finite' }],
      ]);
      expect(answer.body.detail).toContain('rewards of sample 7');
    }
  });

  test('the one of an output, and the one of a pair, is named as well', async () => {
    const app = await startApp();
    const { rewards, chars } = biasedColumns(100);
    const rows = rewards
      .with(7, 1e308)
      .map((value, i) => ({ reward: value, characteristics: { chars: chars[i] } }));
    const pairs = rows.slice(0, 50).map((chosen, i) => ({ chosen, rejected: rows[50 + i] }));
    const evaluated = await post(app, '/v1/evaluate', { pairs, estimator: 'mean', min_samples: 1 });
    expect([evaluated.status, evaluated.body.errors[0].path]).toEqual([422, '/pairs/7/chosen/reward']);
    const outputs = rows.map((row, i) => ({ ...row, generator: 'g', prompt_id: i }));
    const baseline = outputs.map(({ prompt_id }) => ({ prompt_id, characteristics: { chars: 10 } }));
    const ranked = await post(app, '/v1/leaderboard', {
      outputs,
      baseline,
      estimator: 'mean',
      min_samples: 1,
    });
    expect([ranked.status, ranked.body.errors[0].path]).toEqual([422, '/outputs/7/reward']);
  });
});
