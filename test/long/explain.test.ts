import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MAX_VIOLATIONS } from '../../src/calibration/errors.js';
import { Violations } from '../../src/calibration/violations.js';
import { exportedCurve } from '../../src/curves/exported-curve.js';
import { ensembleBody } from '../../src/http/calibrate/ensemble-schema.js';
import { calibrateBody } from '../../src/http/calibrate/schema.js';
import { evaluateBody } from '../../src/http/evaluate/schema.js';
import { fitBody } from '../../src/http/fit/schema.js';
import { leaderboardBody } from '../../src/http/leaderboard/schema.js';
import { preferencePairsBody } from '../../src/http/preference-pairs/schema.js';
import { compileCheck } from '../../src/http/schemas/check-body.js';
import { plainWords } from '../../src/http/schemas/explain.js';
import { rulesOf } from '../../src/http/schemas/gate.js';
import {
  classifyBody,
  embeddingsBody,
  openrlhfBody,
  predictBody,
  slimeBody,
} from '../../src/http/sidecar/schema.js';
import { mutate, mutations } from '../support/mutations.js';

/** The errors that zod finds, each unknown key separately, in the service's words. */
function zodsViolations(schema: z.ZodType, value: unknown) {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a known field' }));
    if (issue.code === 'invalid_key') return [{ path: issue.path, message: issue.issues[0]?.message }];
    return [{ path: issue.path, message: plainWords(issue.message) }];
  });
}

const schemas: readonly (readonly [string, z.ZodType])[] = [
  ['calibrate', calibrateBody],
  ['ensemble', ensembleBody],
  ['fit', fitBody],
  ['evaluate', evaluateBody],
  ['leaderboard', leaderboardBody],
  ['preference pairs', preferencePairsBody],
  ['openrlhf', openrlhfBody],
  ['slime', slimeBody],
  ['classify', classifyBody],
  ['embeddings', embeddingsBody],
  ['predict', predictBody],
];

function examplesOf(schema: z.ZodType): readonly unknown[] {
  return z.array(z.unknown()).min(1).parse(schema.meta()?.examples);
}

describe('a refusal', () => {
  test.each(schemas)('of a small %s body says what zod says, in its order', (_, schema) => {
    const check = compileCheck(schema);
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...examplesOf(schema)), mutations, (valid, changes) => {
        const body = changes.reduce(mutate, valid);
        const checked = check(body);
        const expected = zodsViolations(schema, body);
        if (expected.length === 0) {
          expect(checked).toEqual({ value: body });
          return;
        }
        refused++;
        const violations = 'error' in checked ? checked.error.violations : [];
        expect(violations.length).toBe(Math.min(expected.length, MAX_VIOLATIONS));
        expect(violations.map(withoutHint)).toMatchObject(expected.slice(0, MAX_VIOLATIONS).map(cut));
        const count = expected.length > MAX_VIOLATIONS ? 'more than 20' : `${expected.length}`;
        expect('error' in checked && checked.error.message).toContain(`${count} rule(s) broken: `);
      }),
      { numRuns: 3_000 },
    );
    expect(refused).toBeGreaterThan(300);
  });

  test('of a curve document names what zod names first, and refinements where the structure is right', () => {
    const check = compileCheck(exportedCurve);
    fc.assert(
      fc.property(fc.constantFrom(...examplesOf(exportedCurve)), mutations, (valid, changes) => {
        const body = changes.reduce(mutate, valid);
        const checked = check(body);
        const [expected] = zodsViolations(exportedCurve, body);
        expect('error' in checked).toBe(expected !== undefined);
        if ('error' in checked)
          expect(zodsViolations(exportedCurve, body).map(cut)).toContainEqual(
            checked.error.violations.map(withoutHint)[0],
          );
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Zod does not say where an unknown field may belong. */
function withoutHint({ path, message }: { path: readonly PropertyKey[]; message: string }) {
  return { path, message: message.replace(/: did you mean .*/, '') };
}

function cut({ path, message }: { path: readonly PropertyKey[]; message: string | undefined }) {
  return {
    path: path.map((segment) => (typeof segment === 'string' ? segment.slice(0, 64) : segment)),
    message,
  };
}

/** A list that counts how many of its places are looked at. */
function watched(list: readonly unknown[]): { readonly list: readonly unknown[]; seen(): number } {
  const places = new Set<PropertyKey>();
  const proxy = new Proxy(list, {
    get(target, key, receiver) {
      if (typeof key === 'string' && /^\d+$/.test(key)) places.add(key);
      return Reflect.get(target, key, receiver);
    },
  });
  return { list: proxy, seen: () => places.size };
}

const many = <Value>(value: Value) => Array.from({ length: 10_000 }, () => value);
const good = { reward: 1, response: 'a' };
const lone = '\ud800';

describe('checking stops when more is wrong than an error lists', () => {
  test.each<[string, z.ZodType, (list: readonly unknown[]) => unknown, unknown]>([
    ['rows without fields', calibrateBody, (samples) => ({ reward_model: 'rm', samples }), {}],
    ['null in a column', fitBody, (rewards) => ({ reward_model: 'rm', columns: { rewards } }), null],
    ['pairs without sides', evaluateBody, (pairs) => ({ pairs }), {}],
    [
      'outputs without a generator',
      leaderboardBody,
      (outputs) => ({ outputs, baseline: [{ prompt_id: 1 }] }),
      { prompt_id: 1, reward: 1 },
    ],
    [
      'groups without responses',
      preferencePairsBody,
      (groups) => ({ reward_model: 'rm', groups }),
      { prompt: 'p', responses: [] },
    ],
    [
      'responses that are no text',
      preferencePairsBody,
      (responses) => ({ reward_model: 'rm', groups: [{ prompt: 'p', responses }] }),
      { response: [], reward: 1 },
    ],
    ['texts that are numbers', openrlhfBody, (query) => ({ query }), 1],
    ['messages without a role', slimeBody, (prompt) => ({ prompt, response: '' }), {}],
    ['lists of two texts', predictBody, (inputs) => ({ inputs }), ['a', 'b']],
    ['curves without knots', exportedCurve, (characteristics) => ({ characteristics }), {}],
    ['knots that are texts', exportedCurve, (knots) => ({ characteristics: [{ knots }] }), 'x'],
    [
      'standard errors below 0',
      exportedCurve,
      (standard_errors) => ({ characteristics: [{ standard_errors }] }),
      -1,
    ],
  ])('in %s', (_, schema, body, item) => {
    const { list, seen } = watched(many(item));
    const checked = compileCheck(schema)(body(list));
    if (!('error' in checked)) throw new Error('a wrong body was let through');
    expect(JSON.stringify(checked.error.violations).length).toBeLessThan(20_000);
    expect(seen()).toBeLessThan(100);
  });

  test.each<[string, z.ZodType, (list: readonly unknown[]) => unknown, unknown]>([
    [
      'rows of lone surrogates',
      calibrateBody,
      (samples) => ({ reward_model: 'rm', samples }),
      { ...good, response: lone },
    ],
    [
      'pairs of two prompts',
      evaluateBody,
      (pairs) => ({ pairs }),
      { chosen: { ...good, prompt: 'a' }, rejected: { ...good, prompt: 'b' } },
    ],
    [
      'RewardBench rows of lone surrogates',
      evaluateBody,
      (rows) => ({ rows }),
      { scores_chosen: 1, scores_rejected: [0], text_chosen: lone, text_rejected: lone },
    ],
    [
      'rows of lone surrogates in an ensemble',
      ensembleBody,
      (samples) => ({ combine: 'mean', samples }),
      { rewards: { a: 1, b: 1 }, response: lone },
    ],
  ])('by rules, in %s', (_, schema, body, item) => {
    const { list, seen } = watched(many(item));
    const found = new Violations();
    rulesOf(schema)?.(body(list), found);
    expect([found.isFull, found.toError().violations.length]).toEqual([true, MAX_VIOLATIONS]);
    expect(seen()).toBeLessThan(100);
  });

  test.each<[string, z.ZodType, (record: object) => unknown]>([
    ['unknown fields', calibrateBody, (fields) => ({ reward_model: 'rm', ...fields })],
    [
      'unknown fields of a row',
      calibrateBody,
      (fields) => ({ reward_model: 'rm', samples: [{ reward: 1, ...fields }] }),
    ],
    [
      'wrong names of characteristics',
      calibrateBody,
      (characteristics) => ({ reward_model: 'rm', samples: [{ reward: 1, characteristics }] }),
    ],
    [
      'wrong names of columns',
      calibrateBody,
      (fields) => ({ reward_model: 'rm', columns: { ...fields, rewards: [1] } }),
    ],
    [
      'wrong names of reward models',
      ensembleBody,
      (rewards) => ({ combine: 'mean', samples: [{ rewards }] }),
    ],
    [
      'versions of others',
      ensembleBody,
      (versions) => ({ combine: 'mean', samples: [{ rewards: { a: 1, b: 1 } }], versions }),
    ],
  ])('in 150,000 %s of many characters', (_, schema, body) => {
    const names = Array.from({ length: 150_000 }, (_, i) => [`${i}${' \n'.repeat(200)}`, [1]] as const);
    const checked = compileCheck(schema)(body(Object.fromEntries(names)));
    if (!('error' in checked)) throw new Error('a wrong body was let through');
    expect(checked.error.violations).toHaveLength(MAX_VIOLATIONS);
    expect(JSON.stringify(checked.error.violations).length).toBeLessThan(20_000);
  });
});
