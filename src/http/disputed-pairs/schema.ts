import { z } from 'zod';
import { PURPOSES } from '../../calibration/audit/contests.js';
import { DEFAULT_DRAW, type DrawSettings } from '../../calibration/audit/disputed-pairs.js';
import { MAX_SEED } from '../../calibration/preference/preference-pairs.js';
import type { Violations } from '../../calibration/violations.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { disputedPairsExamples } from '../schemas/examples.js';
import { gated, refinement } from '../schemas/gate.js';
import { queryOf } from '../schemas/query.js';
import {
  rewardModelField,
  rowFields,
  samplesFields,
  samplesRules,
  textRules,
} from '../schemas/samples-schema.js';
import {
  curveRules,
  fullStrengthRules,
  settingsFields,
  settingsQuery,
  settingsRules,
} from '../schemas/settings-schema.js';

/** More labels than this are not worth their cost; a key has to hold all pairs. */
export const MAX_ASKED = 1_000;

const MEANINGS = {
  reward_model:
    'Seek the pairs that the curve of this reward model disputes, instead of fitting one to these samples; then without settings',
  version: 'Of the curve; by default the current one',
  count: 'How many pairs to ask about, at most; 20 by default: ten say nearly as much',
  seed: 'The same seed and ids draw the same pairs; 0 by default',
  purpose:
    '`pairs` (default): all pairs of responses to one prompt; `best-of-n`: the response that is best by raw reward against that by calibrated reward',
  include: '`responses`, `prompts`: the texts of what is asked about, for the labeller; they are never kept',
};

/** A row of samples. */
export type IdentifiedRow = z.output<typeof rowFields>;

const included = z.enum(['responses', 'prompts']);

const parameterFields = {
  version: z.int().min(1).optional().describe(MEANINGS.version),
  count: z.int().min(1).max(MAX_ASKED).optional().describe(MEANINGS.count),
  seed: z.int().min(0).max(MAX_SEED).optional().describe(MEANINGS.seed),
  purpose: z.enum(PURPOSES).optional().describe(MEANINGS.purpose),
  include: z.array(included).optional().describe(MEANINGS.include),
};

const bodyFields = z.strictObject({
  reward_model: rewardModelField.optional().describe(MEANINGS.reward_model),
  ...settingsFields,
  ...parameterFields,
  ...samplesFields,
});

export type DisputedPairsBody = z.output<typeof bodyFields>;

export const disputedPairsBody = gated(bodyFields, bodyRules, {
  id: 'DisputedPairsRequest',
  examples: disputedPairsExamples,
});

/** The same parameters in the query string, for the formats whose body holds samples alone. */
export const disputedPairsQuery = z
  .strictObject({
    reward_model: rewardModelName.optional().describe(MEANINGS.reward_model),
    ...settingsQuery,
    ...queryOf(parameterFields),
  })
  .superRefine(refinement(calibratorRules));

export type DisputedPairsQuery = z.output<typeof disputedPairsQuery>;

/** A line of NDJSON: consecutive lines with the same prompt are a group. */
export const identifiedLine = gated(rowFields, (sample, found) => lineRules(sample, found), {
  id: 'IdentifiedSampleLine',
  description: 'One scored response a line; consecutive lines with the same prompt are a group',
  examples: [{ prompt: 'Say hello.', id: 'a', response: 'Hello!', reward: 0.31 }],
});

function calibratorRules(given: Omit<DisputedPairsBody, 'samples' | 'columns'>, found: Violations): void {
  settingsRules(given, found);
  curveRules(given, found);
  fullStrengthRules(given, found);
}

function bodyRules(body: DisputedPairsBody, found: Violations): void {
  calibratorRules(body, found);
  samplesRules(body, found);
  const { samples = [], columns } = body;
  for (let i = 0; i < samples.length && !found.isFull; i++)
    if (samples[i]?.prompt === undefined) found.add(['samples', i, 'prompt'], NEEDS_PROMPT);
  if (columns !== undefined && columns.groups === undefined) found.add(['columns', 'groups'], NEEDS_GROUPS);
  if (columns !== undefined && wantsTexts(readTexts(body))) found.add(['include'], NO_TEXT);
}

function lineRules(sample: IdentifiedRow, found: Violations): void {
  textRules(sample, found);
  if (sample.prompt === undefined) found.add(['prompt'], NEEDS_PROMPT);
}

const NEEDS_PROMPT = 'is needed: pairs are made of the responses to one prompt';
/** The rule of columns. */
export const NEEDS_GROUPS = `${NEEDS_PROMPT} (in Arrow a column of text or numbers)`;

/** The rule of columns whose texts are to come back. */
export const NO_TEXT = 'needs samples as rows or lines: columns hold no texts';

/** The texts that are to come back. */
export interface WantedTexts {
  readonly responses: boolean;
  readonly prompts: boolean;
}

/** The texts that a request wants back. */
export function readTexts({ include = [] }: Pick<DisputedPairsBody, 'include'>): WantedTexts {
  return { responses: include.includes('responses'), prompts: include.includes('prompts') };
}

/** Whether any text is to come back. */
export function wantsTexts({ responses, prompts }: WantedTexts): boolean {
  return responses || prompts;
}

/** What to draw, every default filled in. */
export function readDraw({
  count,
  seed,
  purpose,
}: Pick<DisputedPairsBody, 'count' | 'seed' | 'purpose'>): DrawSettings {
  return {
    count: count ?? DEFAULT_DRAW.count,
    seed: seed ?? DEFAULT_DRAW.seed,
    purpose: purpose ?? DEFAULT_DRAW.purpose,
  };
}
