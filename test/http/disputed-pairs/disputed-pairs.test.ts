import { Dictionary, Int16, Int32, LargeUtf8, Uint8, Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { hash } from '../../../src/calibration/statistics/hash.js';
import { readDisputeKey } from '../../../src/service/dispute-key.js';
import { fittedOnce, post, shareApp, startApp } from '../../support/app.js';
import { arrowStream } from '../../support/arrow.js';

const route = '/v1/disputed-pairs';
const reward_model = 'org/rm';

interface Row {
  prompt: string;
  id?: string | number;
  response: string;
  reward: number;
}
interface Asked {
  index: number;
  id?: string | number;
  response?: string;
}
interface Pair {
  id: string;
  left: Asked;
  right: Asked;
}
interface Answer {
  pairs: number;
  disputed: number;
  share_disputed: number;
  needed_pairs: number | null;
  ask: Pair[];
  warnings: { code: string }[];
  key: string;
}

/** Responses to prompts of 1 to 5 responses, whose reward grows with their length. */
const rows: Row[] = Array.from({ length: 60 }, (_, p) =>
  Array.from({ length: 1 + (p % 5) }, (_unused, i) => {
    const length = 30 + ((p * 131 + i * 277) % 900);
    return {
      prompt: `prompt ${p}`,
      id: `r${i}`,
      response: String.fromCharCode(97 + i).repeat(length),
      reward: Math.log(length) + Math.sin(p * 5 + i * 11),
    };
  }),
).flat();

const fitted = fittedOnce(reward_model, [{ samples: rows }]);
const shared = shareApp(fitted);

async function ask(app: FastifyInstance, body: object): Promise<Answer> {
  const { status, body: answer } = await post(app, route, body);
  expect(status, JSON.stringify(answer)).toBe(200);
  return answer;
}

async function askLines(app: FastifyInstance, lines: readonly object[], query = {}) {
  const response = await app.inject({
    method: 'POST',
    url: route,
    query: { reward_model, ...query },
    headers: { 'content-type': 'application/x-ndjson' },
    payload: lines.map((line) => JSON.stringify(line)).join('\n'),
  });
  return { status: response.statusCode, body: response.json() };
}

/** What the public routes say of every pair within a prompt: the order of raw and of calibrated rewards. */
async function disputedByCalibrating(app: FastifyInstance, given: readonly Row[]) {
  const samples = given.map(({ response, reward }) => ({ response, reward }));
  const { body } = await post(app, '/v1/calibrate', { reward_model, samples });
  const calibrated: number[] = body.rewards;
  const disputed: [number, number][] = [];
  let pairs = 0;
  for (const [i, one] of given.entries())
    for (const [j, other] of given.entries()) {
      if (j <= i || one.prompt !== other.prompt) continue;
      pairs++;
      const before = Math.sign(one.reward - other.reward);
      const after = Math.sign((calibrated[i] ?? 0) - (calibrated[j] ?? 0));
      if (before * after < 0) disputed.push([i, j]);
    }
  return { pairs, disputed };
}

describe('the pairs that are asked about', () => {
  test('are those whose order /v1/calibrate turns round, one of a prompt first', async () => {
    const { app } = shared;
    const { pairs, disputed } = await disputedByCalibrating(app, rows);
    const answer = await ask(app, { reward_model, samples: rows, count: 1_000 });
    expect(answer).toMatchObject({ reward_model, version: 1, pairs, disputed: disputed.length });
    expect(answer.share_disputed).toBe(disputed.length / pairs);
    const found = answer.ask.map(({ left, right }) => [left.index, right.index].sort((a, b) => a - b));
    expect(found.sort()).toEqual(disputed.sort());
    expect(new Set(answer.ask.map(({ id }) => id)).size).toBe(disputed.length);
    const few = await ask(app, { reward_model, samples: rows });
    expect(few.ask).toEqual(answer.ask.slice(0, 20));
    const prompts = new Set(few.ask.map(({ left }) => rows[left.index]?.prompt));
    expect(prompts.size).toBe(20);
    expect(few.needed_pairs).toBe(Math.ceil((20 * pairs) / disputed.length));
    expect(few.ask.every(({ left, right }) => !('response' in left) && !('response' in right))).toBe(true);
  });

  test('are the same by the same seed and ids, whatever the order of the samples, and of lines', async () => {
    const { app } = shared;
    const named = ({ ask: asked }: Answer, given: readonly Row[]) =>
      asked.map(({ id, left, right }) => {
        const name = ({ index }: Asked) => `${given[index]?.prompt} ${given[index]?.id}`;
        return [id, name(left), name(right)];
      });
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        fc.nat(0xffffffff),
        fc.constantFrom('pairs', 'best-of-n'),
        async (shuffled, seed, purpose) => {
          const parameters = { seed, purpose, count: 12 };
          const answer = await ask(app, { reward_model, samples: rows, ...parameters });
          const other = await ask(app, { reward_model, samples: shuffled, ...parameters });
          expect(named(other, shuffled)).toEqual(named(answer, rows));
          expect(other).toMatchObject({ pairs: answer.pairs, disputed: answer.disputed });
          const lines = await askLines(app, rows, parameters);
          expect(lines).toEqual({ status: 200, body: answer });
        },
      ),
      { numRuns: 20 },
    );
  });

  describe('of columns and of Arrow', () => {
    const groups = rows.map(({ prompt }) => prompt);
    const numbers = groups.map((prompt) => Number(prompt.slice('prompt '.length)));
    const rewards = rows.map(({ reward }) => reward);
    const chars = rows.map(({ response }) => response.length);
    const samples = rows.map(({ id: _, ...row }) => row);

    async function askArrow(app: FastifyInstance, prompts: Vector | Int32Array): Promise<unknown> {
      const response = await app.inject({
        method: 'POST',
        url: route,
        query: { reward_model },
        headers: { 'content-type': 'application/vnd.apache.arrow.stream' },
        payload: arrowStream({ rewards, chars }, prompts),
      });
      return response.json();
    }

    test('are those of rows with the same prompts, without ids, and their places', async () => {
      const { app } = shared;
      const byRows = await ask(app, { reward_model, samples });
      expect(await ask(app, { reward_model, columns: { rewards, chars, groups } })).toEqual(byRows);
      expect(await askArrow(app, vectorFromArray(groups, new Utf8()))).toEqual(byRows);
      expect(await askArrow(app, vectorFromArray(groups, new Dictionary(new Utf8(), new Int16())))).toEqual(
        byRows,
      );
    });

    test('are the same of numbers in JSON, in Arrow and written as text', async () => {
      const { app } = shared;
      const byNumber = await ask(app, { reward_model, columns: { rewards, chars, groups: numbers } });
      const asText = numbers.map(String);
      expect(await ask(app, { reward_model, columns: { rewards, chars, groups: asText } })).toEqual(byNumber);
      expect(await askArrow(app, Int32Array.from(numbers))).toEqual(byNumber);
      expect(await askArrow(app, vectorFromArray(numbers, new Dictionary(new Int32(), new Uint8())))).toEqual(
        byNumber,
      );
      expect(await askArrow(app, vectorFromArray(asText, new LargeUtf8()))).toEqual(byNumber);
      // Pairs are drawn by the names of prompts.
      const { key } = await ask(app, { reward_model, samples });
      expect(byNumber.key).not.toBe(key);
    });
  });

  test('of settings are those of a curve fitted with them, and need no curve', async () => {
    const { app } = shared;
    const fitted = await ask(app, { samples: rows });
    const named = await ask(app, { reward_model, samples: rows });
    expect(fitted).toMatchObject({ reward_model: null, version: null, ask: named.ask });
    expect(fitted.key).not.toBe(named.key);
  });

  test('do not depend on the strength of the curve: they are sought at full strength', async () => {
    const app = await startApp();
    await fitted(app);
    const half = [{ name: 'chars', alpha: 0.5 }];
    await post(app, '/v1/fit', { reward_model, samples: rows, characteristics: half });
    const first = await ask(app, { reward_model, version: 1, samples: rows });
    const second = await ask(app, { reward_model, samples: rows });
    expect(second).toEqual({ ...first, version: 2, key: second.key });
  });

  test('bring their responses and ids as they were given, only where they are asked for', async () => {
    const { app } = shared;
    const samples = rows.map((row, i) => ({ ...row, id: i }));
    const answer = await ask(app, { reward_model, samples, include: ['responses'] });
    const lines = await askLines(app, samples, { include: 'responses' });
    expect(lines.body).toEqual(answer);
    for (const side of answer.ask.flatMap(({ left, right }) => [left, right]))
      expect(side).toEqual({ index: side.id, id: side.id, response: samples[side.index]?.response });
  });

  test('of best-of-n are the picks of prompts that change, one of a prompt', async () => {
    const { app } = shared;
    const answer = await ask(app, { reward_model, samples: rows, purpose: 'best-of-n', count: 1_000 });
    const samples = rows.map(({ response, reward }) => ({ response, reward }));
    const { body } = await post(app, '/v1/calibrate', { reward_model, samples });
    const bestBy = (values: number[], prompt: string) => {
      const places = rows.flatMap((row, i) => (row.prompt === prompt ? [i] : []));
      return places.reduce((best, i) => ((values[i] ?? 0) > (values[best] ?? 0) ? i : best));
    };
    const prompts = [...new Set(rows.map(({ prompt }) => prompt))];
    const raw = rows.map(({ reward }) => reward);
    const picks = prompts.map((prompt) =>
      [bestBy(raw, prompt), bestBy(body.rewards, prompt)].sort((a, b) => a - b),
    );
    const changed = picks.filter(([one, other]) => one !== other);
    const found = answer.ask.map(({ left, right }) => [left.index, right.index].sort((a, b) => a - b));
    expect(found.sort()).toEqual(changed.sort());
    expect(answer.pairs).toBe(
      prompts.filter((p) => rows.filter(({ prompt }) => prompt === p).length > 1).length,
    );
  });
});

describe('a pool is spoken of', () => {
  test('where lines of one prompt do not follow one another, or it has few disputed pairs', async () => {
    const { app } = shared;
    const apart = [...rows].sort((a, b) => String(a.id).localeCompare(String(b.id)));
    const { body } = await askLines(app, apart);
    expect(body).toMatchObject({ pairs: 0, disputed: 0, share_disputed: 0, needed_pairs: null, ask: [] });
    expect(body.warnings.map(({ code }: { code: string }) => code)).toEqual([
      'prompts-came-back',
      'single-responses',
    ]);
    const few = await ask(app, { reward_model, samples: rows.slice(0, 30) });
    expect(few.disputed).toBeLessThan(20);
    expect(few.warnings.map(({ code }) => code)).toEqual(['few-disputed-pairs']);
  });

  test('where responses are drawn, and where characteristics are not used', async () => {
    const { app } = shared;
    const samples = Array.from({ length: 40 }, (_, i) => ({
      prompt: 'the same',
      reward: Math.log(30 + 20 * i) + Math.sin(i * 3),
      characteristics: { chars: 30 + 20 * i, tokens: i },
    }));
    const answer = await ask(app, { reward_model, samples, count: 5 });
    expect(answer.pairs).toBe((16 * 15) / 2);
    expect(answer.warnings.map(({ code }) => code)).toEqual(['unused-characteristics', 'responses-drawn']);
    expect((await askLines(app, samples, { count: 5 })).body).toEqual(answer);
  });
});

describe('prompts that come back in lines', () => {
  const epochs = [0, 1].flatMap((epoch) =>
    rows.map((row) => ({ ...row, id: `${epoch} ${row.id}`, reward: row.reward + epoch / 10 })),
  );

  test('are named, and their labels belong together', async () => {
    const { app } = shared;
    const { body } = await askLines(app, epochs, { count: 1_000 });
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('prompts-came-back');
    const { pairs } = readDisputeKey(body.key);
    const namesOf = new Map<number, Set<string>>();
    for (const [i, { prompt }] of pairs.entries()) {
      const name = epochs[body.ask[i].left.index]?.prompt ?? '';
      namesOf.set(prompt, (namesOf.get(prompt) ?? new Set()).add(name));
    }
    expect([...namesOf.values()].every((names) => names.size === 1)).toBe(true);
    expect(new Set([...namesOf.values()].flatMap((names) => [...names])).size).toBe(namesOf.size);
    const few = await askLines(app, epochs, { count: 15 });
    const prompts = readDisputeKey(few.body.key).pairs.map(({ prompt }) => prompt);
    expect(new Set(prompts).size).toBe(15);
  });

  test('are asked about once where they come with the same ids', async () => {
    const { app } = shared;
    const { body } = await askLines(app, [...rows, ...rows], { count: 1_000 });
    const ids = body.ask.map(({ id }: Pair) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const labels = ids.map((id: string) => ({ id, preferred: 'left' }));
    expect((await post(app, '/v1/verdict', { key: body.key, labels })).status).toBe(200);
  });
});

describe('rounding errors', () => {
  /** Rewards that a curve passes through: calibrated, they are equal. */
  const onCurves: [string, (chars: number) => number][] = [
    ['two levels', (chars) => (chars === 200 ? 1 : 0.1)],
    ['a straight line', (chars) => 0.01 * chars],
    ['a line far from 0', (chars) => 1e9 + chars],
  ];
  const chars = Array.from({ length: 400 }, (_, i) => 100 + 100 * (hash(i) % 2));
  const groups = chars.map((_, i) => `${i >> 2}`);

  test.each(onCurves)('of %s dispute nothing, and are ties in verdicts', async (_, rewardOf) => {
    const app = await startApp();
    const columns = { rewards: chars.map(rewardOf), chars };
    await post(app, '/v1/fit', { reward_model, columns });
    const answer = await ask(app, { reward_model, columns: { ...columns, groups } });
    const differing = groups.flatMap((group, i) =>
      groups.slice(i + 1).filter((other, k) => other === group && chars[i] !== chars[i + 1 + k]),
    ).length;
    expect(answer).toMatchObject({ disputed: 0, effective_share: differing / 2 / answer.pairs });
    const pairs = chars.slice(0, 200).map((length, i) => ({
      chosen: { reward: rewardOf(length), characteristics: { chars: length } },
      rejected: { reward: rewardOf(chars[i + 200] ?? 0), characteristics: { chars: chars[i + 200] } },
    }));
    const { body } = await post(app, '/v1/verdict', { reward_model, pairs });
    expect(body.share_disputed).toBe(0);
  });

  test('of equal rewards dispute nothing under two curves', async () => {
    const app = await startApp();
    const columns = { rewards: chars.map(() => 0.1), chars: chars.map((length, i) => length + i) };
    const fitted = { estimator: 'lwr-penalty', columns: { ...columns, groups } };
    expect(await ask(app, fitted)).toMatchObject({ disputed: 0, effective_share: 0 });
  });
});

describe('what is refused', () => {
  const [first, ...others] = rows;
  const without = (name: keyof Row) => rows.map(({ [name]: _, ...row }) => row);
  const columns = { rewards: [1, 2], chars: [3, 4] };
  test.each<[string, object, number, string]>([
    ['a sample without a prompt', { samples: [...without('prompt')] }, 422, '/samples/0/prompt'],
    ['columns without groups', { columns }, 422, '/columns/groups'],
    [
      'an id of some samples',
      { samples: [first, ...others.map(({ id: _, ...row }) => row)] },
      422,
      '/samples/1/id',
    ],
    [
      'an id of all samples but the first',
      { samples: [{ ...first, id: undefined }, ...others] },
      422,
      '/samples/1/id',
    ],
    [
      'the same id twice',
      {
        samples: [
          { prompt: 'p', id: 1, reward: 1, response: 'a' },
          { prompt: 'p', id: '1', reward: 2, response: 'b' },
        ],
      },
      422,
      '/samples/1/id',
    ],
    [
      'responses of columns',
      { columns: { ...columns, groups: ['a', 'a'] }, include: ['responses'] },
      422,
      '/include',
    ],
    [
      'responses that did not come',
      {
        samples: rows.map((row) => ({ ...row, response: undefined, characteristics: { chars: 3 } })),
        include: ['responses'],
      },
      422,
      '/samples/0/response',
    ],
    [
      'another strength',
      { samples: rows, characteristics: [{ name: 'chars', alpha: 0.5 }] },
      422,
      '/characteristics/0/alpha',
    ],
    ['settings beside a curve', { reward_model, samples: rows, frac: 0.5 }, 422, '/frac'],
    ['an unknown reward model', { reward_model: 'other', samples: rows }, 409, '/reward_model'],
    ['an unknown version', { reward_model, version: 7, samples: rows }, 404, '/version'],
    ['no pair to ask about', { samples: rows, count: 0 }, 422, '/count'],
    ['a seed of more than 32 bits', { samples: rows, seed: 2 ** 32 }, 422, '/seed'],
    ['another purpose', { samples: rows, purpose: 'all' }, 422, '/purpose'],
  ])('%s', async (_, body, status, path) => {
    const { app } = shared;
    const answer = await post(app, route, body);
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([status, path]);
  });

  test('of lines: no curve, a wrong one by its number, a group of more than LINE_LIMIT characters', async () => {
    const app = await startApp({ LINE_LIMIT: '4096' });
    await fitted(app);
    const url = `${route}?frac=0.5`;
    const headers = { 'content-type': 'application/x-ndjson' };
    const unnamed = await app.inject({ method: 'POST', url, headers, payload: '{}' });
    expect(unnamed.json().errors[0].path).toBe('/reward_model');
    const wrong = await askLines(app, [rows[0] ?? {}, { ...rows[1], reward: null }]);
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, '/lines/2/reward']);
    const mixed = await askLines(app, [rows[0] ?? {}, { ...rows[1], prompt: 'another', id: undefined }]);
    expect([mixed.status, mixed.body.errors[0].path]).toEqual([422, '/lines/2/id']);
    const same = Array.from({ length: 60 }, (_, i) => ({ prompt: 'p', reward: i, response: 'abc' }));
    const large = await askLines(app, same);
    expect([large.status, large.body.type, large.body.errors[0].path]).toEqual([
      422,
      '/docs/errors#too-many-samples',
      '/lines/41',
    ]);
  });
});
