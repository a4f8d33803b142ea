import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/calibration/audit/audit-verdict.js';
import { evidenceOfAnswers, evidenceOfCounts } from '../../../src/calibration/audit/label-evidence.js';
import { loadBeta } from '../../../src/calibration/statistics/beta.js';
import { readDisputeKey, writeDisputeKey } from '../../../src/service/dispute-key.js';
import { fittedOnce, post, shareApp, startApp } from '../../support/app.js';

const route = '/v1/verdict';
const reward_model = 'org/rm';

const samples = Array.from({ length: 200 }, (_, i) => {
  const chars = 30 + ((i * 277) % 900);
  const reward = Math.log(chars) + Math.sin(i * 11);
  return { prompt: `prompt ${i % 50}`, id: `r${i}`, reward, characteristics: { chars } };
});

interface Asked {
  key: string;
  ask: { id: string; left: { index: number }; right: { index: number } }[];
  [field: string]: unknown;
}

const fitted = fittedOnce(reward_model, [{ samples }]);
const shared = shareApp(fitted);

/** Of the shared service, or of another one that has the same curve. */
async function askAbout(app: FastifyInstance, count = 20): Promise<Asked> {
  if (app !== shared.app) await fitted(app);
  return (await post(app, '/v1/disputed-pairs', { reward_model, samples, count })).body;
}

type Preferred = 'left' | 'right' | 'tie';
const label = (asked: Asked, preferred: readonly Preferred[]) =>
  preferred.map((side, i) => ({ id: asked.ask[i]?.id, preferred: side }));

describe('a verdict by key and labels', () => {
  test('is that of the labels, whatever their order, on the pool that was searched', async () => {
    const { app } = shared;
    const asked = await askAbout(app);
    const beta = await loadBeta();
    const { pairs, pool } = readDisputeKey(asked.key);
    const side = fc.constantFrom<Preferred>('left', 'right', 'tie');
    await fc.assert(
      fc.asyncProperty(fc.array(side, { maxLength: 20 }), async (preferred) => {
        const { status, body } = await post(app, route, {
          key: asked.key,
          labels: label(asked, preferred).reverse(),
        });
        const answers = preferred.map((one, i) => ({ ...pairs[i], preferred: one }));
        const expected = judge(evidenceOfAnswers(answers as never), pool, beta);
        expect(status).toBe(200);
        expect(body).toMatchObject({
          reward_model,
          version: 1,
          purpose: 'pairs',
          verdict: { code: expected.code, strength: expected.strength, explanation: expected.explanation },
          probability: expected.probability,
          gain: expected.gain,
          interval: expected.interval,
          interval_new_sample: expected.intervalNewSample,
          alpha: expected.alpha,
          more_labels: expected.moreLabels,
          share_disputed: asked.share_disputed,
          labels: preferred.filter((one) => one !== 'tie').length,
          ties: preferred.filter((one) => one === 'tie').length,
        });
      }),
      { numRuns: 30 },
    );
  });

  test('sides with calibration where labels prefer what /v1/calibrate prefers', async () => {
    const { app } = shared;
    const asked = await askAbout(app);
    const { body } = await post(app, '/v1/calibrate', {
      reward_model,
      samples: samples.map(({ reward, characteristics }) => ({ reward, characteristics })),
    });
    const better = asked.ask.map(
      ({ left, right }): Preferred =>
        body.rewards[left.index] > body.rewards[right.index] ? 'left' : 'right',
    );
    const siding = await post(app, route, { key: asked.key, labels: label(asked, better) });
    expect(siding.body).toMatchObject({ verdict: { code: 'calibrate', strength: 'strong' }, alpha: 1 });
    expect(siding.body.probability).toBeGreaterThan(0.999);
    const worse = better.map((side): Preferred => (side === 'left' ? 'right' : 'left'));
    const against = await post(app, route, { key: asked.key, labels: label(asked, worse) });
    expect(against.body).toMatchObject({ verdict: { code: 'leave', strength: 'strong' }, alpha: 0 });
  });

  test('names pairs that were not asked about, and second labels', async () => {
    const app = await startApp();
    const asked = await askAbout(app);
    const labels = [
      ...label(asked, ['left', 'right']),
      ...label(asked, ['tie']),
      { id: 'x', preferred: 'left' },
    ];
    const { status, body } = await post(app, route, { key: asked.key, labels });
    expect([status, body.errors]).toEqual([
      422,
      [
        { path: '/labels/2/id', message: 'is labelled already' },
        { path: '/labels/3/id', message: 'is no pair of this key' },
      ],
    ]);
  });
});

const signed = (payload: string) =>
  `${payload}.${createHash('sha256').update(payload).digest('hex').slice(0, 16)}`;

describe('a key', () => {
  test('comes back as it was written, for any disputes', () => {
    const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
    const pair = fc.record({
      id: fc.stringMatching(/^[0-9a-f]{14}$/),
      calibrated: fc.constantFrom('left' as const, 'right' as const),
      prompt: fc.nat(),
      left: fc.record({ index: fc.nat(), carried: fc.string() }),
      right: fc.record({ index: fc.nat(), carried: fc.string() }),
    });
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.nat(),
        share,
        fc.array(pair),
        fc.boolean(),
        (others, halves, rest, shorter, asked, isNamed) => {
          const disputed = asked.length + others;
          const pairs = disputed + halves + rest;
          const pool = {
            pairs,
            disputed,
            halfChanged: halves,
            shareDisputed: pairs && disputed / pairs,
            effectiveShare: pairs && (disputed + halves / 2) / pairs,
            prompts: 1,
            disputedPrompts: 1,
            singles: 0,
            drawn: 0,
            shorterPreferred: shorter,
          };
          const named = isNamed ? { rewardModel: 'ä/b', version: 3 } : { rewardModel: null, version: null };
          const subject = {
            ...named,
            fittedAt: '2026-11-27T22:00:00.000Z',
            purpose: 'best-of-n',
          } as const;
          const key = writeDisputeKey({ pool, asked }, subject);
          expect(readDisputeKey(key)).toEqual({
            subject,
            pool: {
              purpose: 'best-of-n',
              pairs,
              shareDisputed: pool.shareDisputed,
              effectiveShare: pool.effectiveShare,
              shorterPreferred: shorter,
            },
            pairs: asked.map(({ id, calibrated, prompt }) => ({ id, calibrated, prompt })),
          });
        },
      ),
    );
  });

  test('holds no text of the samples', async () => {
    const { app } = shared;
    const texts = samples.map(({ prompt, reward, characteristics }, i) => ({
      prompt: `secret ${prompt}`,
      response: 'secret '.repeat(characteristics.chars / 7),
      id: `secret ${i}`,
      reward,
    }));
    const { body } = await post(app, '/v1/disputed-pairs', { samples: texts, include: ['responses'] });
    expect(body.disputed).toBeGreaterThan(0);
    expect(Buffer.from(body.key, 'base64url').toString()).not.toContain('secret');
  });

  test('with any character changed, cut or of another place is refused', async () => {
    const { app } = shared;
    const { key } = await askAbout(app);
    await fc.assert(
      fc.asyncProperty(fc.nat(key.length - 1), fc.string({ maxLength: 2 }), async (at, instead) => {
        const broken = key.slice(0, at) + instead + key.slice(at + 1);
        fc.pre(broken.trim() !== key);
        const { status, body } = await post(app, route, { key: broken, labels: [] });
        expect([status, body.type, body.errors[0].path]).toEqual([422, '/docs/errors#invalid-key', '/key']);
      }),
      { numRuns: 60 },
    );
  });

  test('with other content under a right checksum is refused, and quoted nowhere', async () => {
    const lines: string[] = [];
    const app = await startApp({ LOG_LEVEL: 'trace' }, undefined, {
      logStream: { write: (line: string) => void lines.push(line) },
    });
    const { key } = await askAbout(app);
    const content = JSON.parse(Buffer.from(key.split('.')[0] ?? '', 'base64url').toString());
    const others = [
      'a secret prompt',
      '5',
      '{}',
      JSON.stringify({ ...content, more: 'a secret prompt' }),
      JSON.stringify({ ...content, disputed: 1e9 }),
    ];
    for (const other of [...others, `${' '.repeat(200_000)}a secret prompt`]) {
      const payload = Buffer.from(other).toString('base64url');
      const { status, body } = await post(app, route, { key: signed(payload), labels: [] });
      expect([status, body.type]).toEqual([422, '/docs/errors#invalid-key']);
    }
    expect(lines.join('')).not.toContain('secret');
    expect((await post(app, route, { key: `${key}.more`, labels: [] })).status).toBe(422);
  });

  test('of a later form is refused by its number', async () => {
    const { app } = shared;
    const { key } = await askAbout(app);
    const content = JSON.parse(Buffer.from(key.split('.')[0] ?? '', 'base64url').toString());
    const payload = Buffer.from(JSON.stringify({ ...content, key_version: 2 })).toString('base64url');
    const { status, body } = await post(app, route, { key: signed(payload), labels: [] });
    expect([status, body.type]).toEqual([422, '/docs/errors#invalid-key']);
    expect(body.detail).toContain('version 2');
  });

  test('of another version or reward model than the request names is refused', async () => {
    const { app } = shared;
    const { key } = await askAbout(app);
    const named = await post(app, route, { key, labels: [], reward_model, version: 1 });
    expect(named.status).toBe(200);
    for (const other of [{ reward_model, version: 2 }, { reward_model: 'other' }]) {
      const { status, body } = await post(app, route, { key, labels: [], ...other });
      expect([status, body.type]).toEqual([409, '/docs/errors#key-of-another-curve']);
    }
    const unnamed = (await post(app, '/v1/disputed-pairs', { samples })).body.key;
    const { status } = await post(app, route, { key: unnamed, labels: [], reward_model });
    expect(status).toBe(409);
  });

  test('of a curve that another one has replaced under the same number is refused', async () => {
    const first = await startApp();
    const { key } = await askAbout(first);
    const second = await startApp();
    expect((await post(second, route, { key, labels: [] })).status).toBe(200);
    await post(second, '/v1/fit', { reward_model, samples });
    const { status, body } = await post(second, route, { key, labels: [] });
    expect([status, body.type]).toEqual([409, '/docs/errors#key-of-another-curve']);
  });
});

describe('a verdict by counts', () => {
  test('is that of independent labels', async () => {
    const { app } = shared;
    const beta = await loadBeta();
    const half = fc.nat(60).map((n) => n / 2);
    await fc.assert(
      fc.asyncProperty(
        half,
        half,
        fc.nat(9),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        async (fixed, broken, ties, share) => {
          const pool = { pairs: 1_000, shareDisputed: share, effectiveShare: share, shorterPreferred: null };
          const counts = { fixed, broken, ties, pairs: 1_000, share_disputed: share };
          const { status, body } = await post(app, route, { counts });
          const expected = judge(evidenceOfCounts(fixed, broken, ties), pool, beta);
          expect(status).toBe(200);
          expect(body).toMatchObject({
            reward_model: null,
            version: null,
            fitted_at: null,
            probability: expected.probability,
            interval: expected.interval,
            interval_new_sample: expected.intervalNewSample,
            strength_estimate: null,
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  test('names the curve that it judges, which has to be there', async () => {
    const app = await startApp();
    await fitted(app);
    const counts = { fixed: 3, broken: 1, share_disputed: 0.2 };
    const curve = (await post(app, '/v1/curves/rollback', { reward_model, version: 1 })).body;
    const { body } = await post(app, route, { reward_model, counts });
    expect(body).toMatchObject({ reward_model, version: 1, fitted_at: curve.fitted_at });
    expect((await post(app, route, { reward_model, version: 2, counts })).status).toBe(404);
    expect((await post(app, route, { reward_model: 'other', counts })).status).toBe(409);
  });

  test('of no pairs at all decides nothing', async () => {
    const app = await startApp();
    await fitted(app);
    const alone = samples.map((sample, i) => ({ ...sample, prompt: `${i}` }));
    const { key } = (await post(app, '/v1/disputed-pairs', { reward_model, samples: alone })).body;
    const { body } = await post(app, route, { key, labels: [] });
    expect(body.verdict).toMatchObject({ code: 'unclear', strength: 'preliminary' });
    expect(body.verdict.explanation).toContain('There is no pair');
  });

  test.each<[string, object, string]>([
    ['no evidence', {}, ''],
    [
      'two kinds of evidence',
      { key: 'k', labels: [], counts: { fixed: 1, broken: 1, share_disputed: 1 } },
      '',
    ],
    ['a key without labels', { key: 'k' }, '/labels'],
    ['labels without a key', { counts: { fixed: 1, broken: 1, share_disputed: 1 }, labels: [] }, '/labels'],
    [
      'settings, as nothing is fitted',
      { counts: { fixed: 1, broken: 1, share_disputed: 1 }, frac: 0.5 },
      '/frac',
    ],
    [
      'a version of no reward model',
      { counts: { fixed: 1, broken: 1, share_disputed: 1 }, version: 1 },
      '/reward_model',
    ],
    [
      'labels of pairs where none is disputed',
      { counts: { fixed: 1, broken: 0, share_disputed: 0 } },
      '/counts/share_disputed',
    ],
    [
      'more labels than disputed pairs',
      { counts: { fixed: 5, broken: 6, share_disputed: 0.1, pairs: 100 } },
      '/counts/pairs',
    ],
    ['a quarter of a label', { counts: { fixed: 0.25, broken: 6, share_disputed: 0.1 } }, '/counts/fixed'],
    ['a negative count', { counts: { fixed: -1, broken: 6, share_disputed: 0.1 } }, '/counts/fixed'],
    ['an unknown preference', { key: 'k', labels: [{ id: 'a', preferred: 'both' }] }, '/labels/0/preferred'],
  ])('or any other is refused with %s', async (_, body, path) => {
    const { app } = shared;
    const answer = await post(app, route, body);
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, path]);
  });
});

describe('a verdict by labelled pairs', () => {
  const labelled = samples.slice(0, 90).map((chosen, i) => {
    const { prompt: _, ...rejected } = samples[(i * 7 + 3) % 200] ?? chosen;
    return { chosen, rejected };
  });

  test('is the audit of /v1/evaluate, with a curve or with settings', async () => {
    const app = await startApp();
    await fitted(app);
    for (const calibrator of [{ reward_model }, { frac: 0.9 }, { estimator: 'lwr-penalty' }, {}]) {
      const { status, body } = await post(app, route, { pairs: labelled, ...calibrator });
      expect(status).toBe(200);
      const evaluated = await post(app, '/v1/evaluate', { pairs: labelled, ...calibrator });
      const { fitted_at } = body;
      expect({ ...body, warnings: [] }).toEqual({ ...evaluated.body.audit, fitted_at, warnings: [] });
      expect(body.warnings).toEqual([...evaluated.body.audit.warnings, ...evaluated.body.warnings]);
      expect(body.strength_estimate.candidates).toHaveLength(13);
    }
  });

  test('takes rows as RewardBench writes them, and large bodies', async () => {
    const { app } = shared;
    const rows = Array.from({ length: 3_000 }, (_, i) => {
      const { chosen, rejected } = labelled[i % labelled.length] ?? {};
      return {
        scores_chosen: chosen?.reward,
        scores_rejected: [rejected?.reward],
        characteristics_chosen: chosen?.characteristics,
        characteristics_rejected: rejected?.characteristics,
      };
    });
    const { status, body } = await post(app, route, { rows });
    const evaluated = await post(app, '/v1/evaluate', { rows });
    expect([status, body.probability]).toEqual([200, evaluated.body.audit.probability]);
  });

  test.each<[string, object, string]>([
    ['another strength', { characteristics: [{ name: 'chars', alpha: 0.5 }] }, '/characteristics/0/alpha'],
    ['settings beside a curve', { reward_model, frac: 0.5 }, '/frac'],
    ['rows, too', { rows: [{ scores_chosen: 1, scores_rejected: 2 }] }, ''],
  ])('is refused with %s', async (_, more, path) => {
    const { app } = shared;
    const { status, body } = await post(app, route, { pairs: labelled, ...more });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });
});

describe('an audit', () => {
  const attach = async (app: FastifyInstance, audit: object) => {
    const url = `/v1/curves/audit?reward_model=${reward_model}&version=1`;
    const response = await app.inject({ method: 'PUT', url, payload: audit });
    return { status: response.statusCode, body: response.json() };
  };

  test('by key, by counts or by labelled pairs is one that the curve takes as it is', async () => {
    const app = await startApp();
    const { key } = await askAbout(app);
    const counts = { fixed: 3, broken: 1, share_disputed: 0.2 };
    const pairs = samples.slice(0, 50).map((chosen, i) => ({ chosen, rejected: samples[i + 50] }));
    for (const labels of [
      { key, labels: [] },
      { counts },
      { reward_model, counts },
      { reward_model, pairs },
    ]) {
      const { body } = await post(app, route, labels);
      const attached = await attach(app, body);
      expect(attached.status, JSON.stringify(attached.body)).toBe(200);
      expect(attached.body.audit).toMatchObject({
        ...body,
        reward_model,
        version: 1,
        fitted_at: attached.body.fitted_at,
      });
    }
  });

  test('of a curve that was fitted for it alone is not taken', async () => {
    const app = await startApp();
    await askAbout(app);
    const { key } = (await post(app, '/v1/disputed-pairs', { samples, frac: 0.9 })).body;
    const pairs = samples.slice(0, 50).map((chosen, i) => ({ chosen, rejected: samples[i + 50] }));
    for (const labels of [{ key, labels: [] }, { pairs }]) {
      const { status, body } = await attach(app, (await post(app, route, labels)).body);
      expect([status, body.type]).toEqual([409, '/docs/errors#audit-of-another-curve']);
    }
  });
});
