import { z } from 'zod';
import type { PairLengths, PairSummary } from '../../calibration/preference/pair-tally.js';
import {
  DEFAULT_PAIR_SETTINGS,
  MAX_SEED,
  SELECTIONS,
} from '../../calibration/preference/preference-pairs.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { preferencePairsExamples } from '../schemas/examples.js';
import { gated } from '../schemas/gate.js';
import { lineProblem } from '../schemas/problem.js';
import { bodyQuery, queryOf } from '../schemas/query.js';
import { rewardModelField, rewardModelRules } from '../schemas/samples-schema.js';
import { groupsField, groupsRules, textOrMessages } from './groups-schema.js';
import type { PairOptions } from './types.js';

const MEANINGS = {
  version: 'Pin a version of the curve; by default the current one',
  on_missing_curve: 'Without a curve: 409 (default), or pairs by raw reward with `"version": null`',
  select:
    '`best-worst` (default): the highest and the lowest calibrated reward of each group; `best-random`: the highest and a random one of those below it; `all-above-margin`: every pair',
  min_margin:
    'Only pairs whose calibrated margin is above this, in units of reward; 0 by default: equal rewards make no pair',
  seed: 'Seed of `best-random`; 0 by default. What is drawn depends on it and on the place of the group among the groups',
  include:
    'What a row shall hold besides: `scores`, the calibrated and the raw rewards of the chosen and the rejected response',
  summary: 'Lines: whether the last line is `{"summary": …}`; true by default',
};

const onMissingCurve = z.enum(['error', 'passthrough']);
const version = z.int().min(1);
const select = z.enum(SELECTIONS);
const minMargin = z.number().min(0);
const seed = z.int().min(0).max(MAX_SEED);
const included = z.enum(['scores']);

/** What a request may ask for, as fields of its body. */
const parameterFields = {
  version: version.optional().describe(MEANINGS.version),
  on_missing_curve: onMissingCurve.optional().describe(MEANINGS.on_missing_curve),
  select: select.optional().describe(MEANINGS.select),
  min_margin: minMargin.optional().describe(MEANINGS.min_margin),
  seed: seed.optional().describe(MEANINGS.seed),
  include: z.array(included).optional().describe(MEANINGS.include),
};

export const preferencePairsBody = gated(
  z.strictObject({ reward_model: rewardModelField, groups: groupsField, ...parameterFields }),
  (body, found) => {
    rewardModelRules(body, found);
    groupsRules(body, found);
  },
  { id: 'PreferencePairsRequest', examples: preferencePairsExamples },
);

/** The same parameters in the query string, for lines. */
export const preferencePairsQuery = z.strictObject({
  ...bodyQuery,
  reward_model: rewardModelName.optional(),
  ...queryOf({ ...parameterFields, summary: z.boolean().optional().describe(MEANINGS.summary) }),
});

/** The options of a request, from its body or its query string, every default filled in. */
export function readPairOptions(
  parameters: z.output<typeof preferencePairsQuery> & { reward_model: string },
): PairOptions {
  return {
    rewardModel: parameters.reward_model,
    version: parameters.version,
    onMissingCurve: parameters.on_missing_curve ?? 'error',
    settings: {
      select: parameters.select ?? DEFAULT_PAIR_SETTINGS.select,
      minMargin: parameters.min_margin ?? DEFAULT_PAIR_SETTINGS.minMargin,
      seed: parameters.seed ?? DEFAULT_PAIR_SETTINGS.seed,
    },
    includeScores: parameters.include?.includes('scores') ?? false,
    withSummary: parameters.summary ?? true,
  };
}

const answeredId = z.union([z.string(), z.int()]).optional();

const pairRow = z
  .object({
    prompt: textOrMessages,
    chosen: textOrMessages,
    rejected: textOrMessages,
    margin: z
      .number()
      .describe('Calibrated reward of the chosen response less that of the rejected one; above 0'),
    chosen_id: answeredId.describe('That of the chosen response, where it has one'),
    rejected_id: answeredId.describe('That of the rejected response, where it has one'),
    score_chosen: z.number().optional().describe('With `include: ["scores"]`: calibrated reward'),
    score_rejected: z.number().optional().describe('With `include: ["scores"]`: calibrated reward'),
    raw_score_chosen: z.number().optional().describe('With `include: ["scores"]`: raw reward'),
    raw_score_rejected: z.number().optional().describe('With `include: ["scores"]`: raw reward'),
  })
  .meta({
    id: 'PreferencePair',
    description: "TRL's preference format with an explicit prompt: all text, or all messages",
  });

export type PairRow = z.infer<typeof pairRow>;

const sideSummary = z.object({
  pairs: z.int(),
  mean_chosen_chars: z.number().nullable().describe('Mean length in code points; null without pairs'),
  mean_rejected_chars: z.number().nullable().describe('Mean length in code points; null without pairs'),
});

const pairSummary = z
  .object({
    groups: z.int().describe('Groups with pairs and skipped ones'),
    responses: z.int(),
    pairs: z.int(),
    skipped: z
      .object({
        single_response: z.int(),
        equal_rewards: z.int(),
        below_margin: z.int(),
        same_text: z.int().describe('The responses to be paired have the same text'),
      })
      .describe('Groups without a pair, by why'),
    changed: z.int().describe('Pairs that the same selection by raw reward does not give'),
    raw: sideSummary.describe('What the same selection by raw reward gives'),
    calibrated: sideSummary,
  })
  .meta({ id: 'PreferencePairsSummary' });

/** The last line of an NDJSON answer. */
const summaryLine = z.object({
  summary: pairSummary.extend({
    wrong_lines: z.int().describe('Errors among the lines of this answer'),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .describe(
        '`prompts-came-back`: lines of one prompt were not one behind the other; without a summary, an error at the end',
      ),
  }),
});

/** A line of an NDJSON answer. */
export const pairLine = z
  .union([pairRow, z.object({ error: lineProblem }), summaryLine])
  .meta({ id: 'PreferencePairLine', description: 'A pair, an error in its place or, last, the summary' });

export type PairLine = z.infer<typeof pairLine>;

export const preferencePairsAnswer = z
  .object({
    reward_model: rewardModelName,
    version: z.int().nullable().describe('The version that calibrated; null when none did'),
    pairs: z.array(pairRow),
    summary: pairSummary,
  })
  .meta({ id: 'PreferencePairsAnswer' });

export type PreferencePairsAnswer = z.infer<typeof preferencePairsAnswer>;

/** A summary in the form of the API. */
export function toPairSummary(summary: PairSummary): z.infer<typeof pairSummary> {
  const { groups, responses, skipped, changed } = summary;
  const raw = toSideSummary(summary.raw);
  const calibrated = toSideSummary(summary.calibrated);
  return { groups, responses, pairs: calibrated.pairs, skipped: { ...skipped }, changed, raw, calibrated };
}

function toSideSummary({ pairs, chosen, rejected }: PairLengths): z.infer<typeof sideSummary> {
  return { pairs, mean_chosen_chars: chosen, mean_rejected_chars: rejected };
}
