import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { calibrateBody } from '../../../src/http/calibrate/schema.js';
import { fitBody, refitBody } from '../../../src/http/fit/schema.js';
import { preferencePairsBody } from '../../../src/http/preference-pairs/schema.js';
import {
  calibrateExamples,
  fitExamples,
  preferencePairsExamples,
  refitExamples,
} from '../../../src/http/schemas/examples.js';
import { gated, gateOf } from '../../../src/http/schemas/gate.js';
import { mutate, mutations } from '../../support/mutations.js';

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
    const gate = gateOf(gated(structure, () => [], { id: 'Lossy' }));
    expect(() => gate?.({ name: 'ab' })).toThrow(TypeError);
  });
});
