import { z } from 'zod';
import { PURPOSES } from '../../calibration/audit/contests.js';
import { neededPairs } from '../../calibration/audit/dispute-tally.js';
import type { AskedPair, AskedResponse } from '../../calibration/audit/disputed-pairs.js';
import { warning } from '../../curves/warning-schema.js';
import type { AskedTexts, FinishedSearch } from './search.js';

const share = z.number().min(0).max(1);

const askedResponse = z
  .object({
    index: z.int().describe('Its place among the samples or lines, from 0'),
    id: z.union([z.string(), z.int()]).optional().describe('As given'),
    response: z.string().optional().describe('With `include: ["responses"]`'),
  })
  .meta({ id: 'AskedResponse' });

export const disputedPairsAnswer = z
  .object({
    reward_model: z.string().nullable().describe('Whose curve disputes; null where one was fitted'),
    version: z.int().nullable(),
    purpose: z.enum(PURPOSES),
    prompts: z.int().describe('Prompts with at least two responses'),
    pairs: z.int().describe('Pairs of responses to one prompt; of best-of-n one a prompt'),
    disputed: z
      .int()
      .describe('Pairs whose order the calibration turns round, at alpha = 1; ties before or after are none'),
    share_disputed: share.describe('disputed ÷ pairs'),
    effective_share: share.describe('The same, and half of the pairs that are tied before or after'),
    needed_pairs: z
      .int()
      .nullable()
      .describe(
        'How many pairs must be scored to meet `count` disputed ones at this share; null where none is disputed',
      ),
    extrapolated: z.int().describe('Responses outside the fitted range of the curve'),
    ask: z
      .array(
        z.object({
          id: z.string().describe('Of the pair: labels name it'),
          prompt: z.string().optional().describe('With `include: ["prompts"]`'),
          left: askedResponse,
          right: askedResponse,
        }),
      )
      .describe(
        'The pairs to label, in the order of the draw: labelling may stop anywhere. Sides are random, and say nothing',
      ),
    warnings: z.array(warning),
    key: z
      .string()
      .describe('Opaque; POST /v1/verdict takes it with the labels. It holds counts and sides, no text'),
  })
  .meta({ id: 'DisputedPairsAnswer', description: 'The drawn pairs, and what they are drawn from' });

/** The answer to a search. */
export function toDisputedPairsAnswer({
  curve,
  draw,
  pool,
  asked,
  extrapolated,
  warnings,
  key,
}: FinishedSearch): z.infer<typeof disputedPairsAnswer> {
  return {
    reward_model: curve?.rewardModel ?? null,
    version: curve?.version ?? null,
    purpose: draw.purpose,
    prompts: pool.prompts,
    pairs: pool.pairs,
    disputed: pool.disputed,
    share_disputed: pool.shareDisputed,
    effective_share: pool.effectiveShare,
    needed_pairs: neededPairs(pool, draw.count),
    extrapolated,
    ask: asked.map(toPair),
    warnings: [...warnings],
    key,
  };
}

function toPair({ id, left, right }: AskedPair<AskedTexts>) {
  const { prompt } = left.carried ?? {};
  return { id, ...(prompt !== undefined && { prompt }), left: toAsked(left), right: toAsked(right) };
}

function toAsked({ index, id, carried }: AskedResponse<AskedTexts>): z.infer<typeof askedResponse> {
  const { response } = carried ?? {};
  return { index, ...(id !== undefined && { id }), ...(response !== undefined && { response }) };
}
