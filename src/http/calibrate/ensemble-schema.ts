import { z } from 'zod';
import { COMBINATIONS, DEFAULT_LAMBDA } from '../../calibration/curve/ensemble.js';
import type { Violations } from '../../calibration/violations.js';
import type { CalibratedEnsemble, EnsembleRequest } from '../../service/calibrate-ensemble.js';
import { ensembleExamples } from '../schemas/examples.js';
import { gated } from '../schemas/gate.js';
import { answeredIds, idsOf, nameRules, rowFields, rowsRules } from '../schemas/samples-schema.js';

const combination = z
  .enum(COMBINATIONS)
  .describe(
    'Of the calibrated rewards, each less the mean and divided by the robust scale of its reward model: their mean, the least (`min`), or mean − lambda · standard deviation (`lower-confidence`)',
  );

const scoredByMany = rowFields
  .omit({ reward: true })
  .extend({ rewards: z.record(z.string(), z.number()).describe('Raw reward by reward model') })
  .meta({ id: 'EnsembleSample' });

const fields = z.strictObject({
  combine: combination,
  lambda: z.number().min(0).optional().describe('Of `lower-confidence`; 1 by default'),
  versions: z
    .record(z.string(), z.int().min(1))
    .optional()
    .describe('Pin the curve of a reward model; by default the current one'),
  samples: z.array(scoredByMany).min(1, 'must not be empty'),
  observe: z
    .boolean()
    .optional()
    .describe('Also keep the numbers (never text) of every reward model for a later refit'),
  include: z
    .array(z.enum(['members', 'ids']))
    .optional()
    .describe(
      'What the answer shall hold besides: `members`, the standardised rewards of each reward model; `ids`, the `id` of each sample',
    ),
});

export const ensembleBody = gated(fields, ensembleRules, {
  id: 'EnsembleRequest',
  examples: ensembleExamples,
});

export type EnsembleBody = z.output<typeof fields>;

export const ensembleAnswer = z
  .object({
    combine: combination,
    versions: z.record(z.string(), z.int()).describe('The version that calibrated, by reward model'),
    ids: answeredIds,
    rewards: z
      .array(z.number())
      .describe('Combined rewards, in the order of the samples, in robust standard deviations'),
    members: z.record(z.string(), z.array(z.number())).optional(),
    extrapolated: z.array(z.int()).describe('Samples outside the fitted range of some reward model'),
  })
  .meta({ id: 'EnsembleAnswer' });

export type EnsembleAnswer = z.infer<typeof ensembleAnswer>;

/** The request of a validated body, every default filled in. */
export function readEnsemble(body: EnsembleBody): EnsembleRequest {
  const { samples, combine, lambda = DEFAULT_LAMBDA, versions = {}, observe = false } = body;
  return { samples, combine, lambda, versions, observe };
}

/** The answer to an ensemble; `members` where they are asked for. */
export function toEnsembleAnswer(
  { rewards, members, extrapolated }: CalibratedEnsemble,
  { combine, include = [], samples }: EnsembleBody,
): EnsembleAnswer {
  return {
    combine,
    versions: Object.fromEntries(members.map(({ name, curve }) => [name, curve.version])),
    ...(include.includes('ids') && { ids: idsOf(samples) }),
    rewards,
    ...(include.includes('members') && {
      members: Object.fromEntries(members.map((member) => [member.name, Array.from(member.rewards)])),
    }),
    extrapolated,
  };
}
/** Far more than anyone combines: each member has a curve of its own that calibrates all samples. */
const MAX_MEMBERS = 1_000;

/**
 * Reward models have valid names, are at least two, and are the same in every row; `versions` names only
 * them.
 */
function ensembleRules({ samples, versions = {} }: EnsembleBody, found: Violations): void {
  const listed = Object.keys(samples[0]?.rewards ?? {});
  if (listed.length < 2) found.add(['samples', 0, 'rewards'], 'needs two reward models or more');
  if (listed.length > MAX_MEMBERS) {
    found.add(['samples', 0, 'rewards'], `may name at most ${MAX_MEMBERS} reward models`);
    return;
  }
  const names = new Set(listed);
  for (const name of names) {
    if (found.isFull) return;
    nameRules(name, found, ['samples', 0, 'rewards', name]);
  }
  rowsRules('samples', samples, found);
  for (let i = 0; i < samples.length && !found.isFull; i++) {
    if (!hasExactly(names, samples[i]?.rewards ?? {}))
      found.add(['samples', i, 'rewards'], 'must name the same reward models in every sample');
  }
  for (const name in versions) {
    if (found.isFull) return;
    if (!names.has(name)) found.add(['versions', name], 'is not among the rewards');
  }
}

function hasExactly(names: ReadonlySet<string>, rewards: Readonly<Record<string, number>>): boolean {
  let count = 0;
  for (const name in rewards) {
    if (!names.has(name)) return false;
    count++;
  }
  return count === names.size;
}
