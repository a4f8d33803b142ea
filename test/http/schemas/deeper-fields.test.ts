import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Violations } from '../../../src/calibration/violations.js';
import { evaluateBody } from '../../../src/http/evaluate/schema.js';
import { fitBody } from '../../../src/http/fit/schema.js';
import { leaderboardBody } from '../../../src/http/leaderboard/schema.js';
import { preferencePairsBody } from '../../../src/http/preference-pairs/schema.js';
import { compileCheck } from '../../../src/http/schemas/check-body.js';
import { withDeeperPlaces } from '../../../src/http/schemas/deeper-fields.js';

const saidOf = (schema: z.ZodType, field: string) => {
  const checked = compileCheck(schema)({ [field]: 1 });
  const violations = 'error' in checked ? checked.error.violations : [];
  return violations.find(({ path }) => path.length === 1 && path[0] === field)?.message;
};

describe('a field that is unknown at the top of a body', () => {
  test.each<[string, z.ZodType, string, string]>([
    ['a fit', fitBody, 'alpha', 'characteristics[0].alpha'],
    ['a fit', fitBody, 'reward', 'samples[0].reward'],
    ['a fit', fitBody, 'rewards', 'columns.rewards'],
    ['an evaluation', evaluateBody, 'alpha', 'characteristics[0].alpha'],
    ['an evaluation', evaluateBody, 'seed', 'bootstrap.seed'],
    ['an evaluation', evaluateBody, 'chosen', 'pairs[0].chosen'],
    ['an evaluation', evaluateBody, 'scores_chosen', 'rows[0].scores_chosen'],
    ['a leaderboard', leaderboardBody, 'concise', 'variants.concise'],
    ['preference pairs', preferencePairsBody, 'responses', 'groups[0].responses'],
  ])('of %s says where it belongs: %#', (_, schema, field, place) => {
    expect(saidOf(schema, field)).toBe(`is not a known field: did you mean \`${place}\`?`);
  });

  test('and is known nowhere says no more', () => {
    expect(saidOf(fitBody, 'nothing')).toBe('is not a known field');
  });

  test('is sought in the outermost place first, and hinted only at the top', () => {
    const schema = z.strictObject({
      first: z.strictObject({ inner: z.strictObject({ name: z.number() }).nullish() }).optional(),
      second: z.array(z.union([z.string(), z.strictObject({ name: z.number() })])).optional(),
    });
    const found = new Violations();
    found.add(['name'], 'is unknown');
    found.add(['first', 'name'], 'is unknown');
    found.add(['inner'], 'is wrong');
    expect(withDeeperPlaces(schema, found, 'is unknown').listed).toEqual([
      { path: ['name'], message: 'is unknown: did you mean `second[0].name`?' },
      { path: ['first', 'name'], message: 'is unknown' },
      { path: ['inner'], message: 'is wrong' },
    ]);
  });
});
