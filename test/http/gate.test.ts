import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { calibrateBody } from '../../src/http/schemas/calibrate.js';
import {
  calibrateExamples,
  fitExamples,
  preferencePairsExamples,
  refitExamples,
} from '../../src/http/schemas/examples.js';
import { fitBody, refitBody } from '../../src/http/schemas/fit.js';
import { gated, gateOf } from '../../src/http/schemas/gate.js';
import { preferencePairsBody } from '../../src/http/schemas/preference-pairs.js';

/** Bodies that the examples lack: every option, surrogates, numbers at the edge. */
const calibrateBodies = [
  ...calibrateExamples,
  {
    reward_model: '🏆 org/rm',
    samples: [
      { prompt: '𝄞', response: 'a😀', reward: -1.5e300, characteristics: { tokens: 3, chars: 0 } },
      { reward: 0, response: '' },
    ],
    version: 3,
    keep_mean: true,
    observe: false,
    on_missing_curve: 'error',
  },
  { reward_model: 'rm', columns: { rewards: [1, 2], groups: ['a', 'b'], tokens: [1, 2], chars: [3, 4] } },
];

/** What JSON.parse may give in place of anything: 1e400 comes out of it as Infinity. */
const intruder = fc.oneof(
  fc.constantFrom(null, true, '', '1.5', 0, -1, 1.5, 1e308, Infinity, -Infinity, 2 ** 53, [], {}),
  fc.constantFrom(
    '\ud800',
    'a\udc00b',
    'rewards',
    'groups',
    ' name ',
    'auto',
    'lwr',
    'chars',
    'x'.repeat(201),
  ),
  fc.constantFrom({ name: 'chars' }, [{ name: 'words' }, { name: 'words' }], [1, null], { chars: 'a' }),
  fc.jsonValue() as fc.Arbitrary<unknown>,
);

/** The body with a few changes: a value replaced, removed, added under some key, or repeated, at a random place. */
const mutations = fc.array(
  fc.record({
    steps: fc.array(fc.nat(), { maxLength: 5 }),
    kind: fc.constantFrom('replace', 'remove', 'add', 'repeat'),
    key: fc.constantFrom(
      'extra',
      'samples',
      'columns',
      'rewards',
      'groups',
      'chars',
      'frac',
      '1x',
      'response',
    ),
    value: intruder,
  }),
  { maxLength: 3 },
);

type Mutation = typeof mutations extends fc.Arbitrary<(infer One)[]> ? One : never;

function mutate(body: unknown, { steps, kind, key, value }: Mutation): unknown {
  const copy = structuredClone(body);
  let holder: Record<string, unknown> | undefined;
  let last = '';
  let at = copy;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null) break;
    const keys = Object.keys(at);
    if (keys.length === 0) break;
    holder = at as Record<string, unknown>;
    last = keys[step % keys.length] ?? '';
    at = holder[last];
  }
  if (kind === 'add' && typeof at === 'object' && at !== null && !Array.isArray(at))
    Object.assign(at, { [key]: value });
  else if (kind === 'repeat' && Array.isArray(at)) at.push(structuredClone(at[0]));
  else if (holder === undefined) return kind === 'replace' ? value : copy;
  else if (kind === 'remove' && !Array.isArray(holder)) delete holder[last];
  else holder[last] = value;
  return copy;
}

describe('the compiled gate and zod', () => {
  test.each([
    ['calibrate', calibrateBody, calibrateBodies],
    ['fit', fitBody, fitExamples],
    ['refit', refitBody, refitExamples],
    ['preference pairs', preferencePairsBody, preferencePairsExamples],
  ] as const)(
    'let the same %s bodies through, unchanged',
    (_, schema: z.ZodType, bodies: readonly unknown[]) => {
      const gate = gateOf(schema);
      if (gate === undefined) throw new Error('the schema has no gate');
      for (const body of bodies) expect(gate(body)).toBe(true);
      let accepted = 0;
      let refused = 0;
      fc.assert(
        fc.property(fc.constantFrom(...bodies), mutations, (valid, changes) => {
          const body = changes.reduce(mutate, valid as unknown);
          const parsed = schema.safeParse(body);
          expect(gate(body)).toBe(parsed.success);
          if (parsed.success) expect(parsed.data).toEqual(body);
          if (parsed.success) accepted++;
          else refused++;
        }),
        { numRuns: 10_000 },
      );
      expect(accepted).toBeGreaterThan(500);
      expect(refused).toBeGreaterThan(500);
    },
  );

  test.each([
    ['a refinement', z.strictObject({ name: z.string().refine((name) => name.length > 1) })],
    ['a default', z.strictObject({ name: z.string().default('a') })],
    ['a transformation', z.strictObject({ name: z.string().transform((name) => name.trim()) })],
  ])('a structure with %s is refused, since JSON Schema would lose it', (_, structure) => {
    expect(() => gated(structure, () => [], { id: 'Lossy' })).toThrow(TypeError);
  });
});
