import { z } from 'zod';
import type { Place } from '../../calibration/errors.js';
import { DEFAULT_VARIANTS, type VariantSuffixes } from '../../calibration/leaderboard/gameability.js';
import type { PromptId } from '../../calibration/leaderboard/scored-outputs.js';
import type { Violations } from '../../calibration/violations.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { leaderboardExamples } from '../schemas/examples.js';
import { gated, refinement } from '../schemas/gate.js';
import { queryOf } from '../schemas/query.js';
import { rewardModelField, rowFields, rowsRules, textRules } from '../schemas/samples-schema.js';
import { curveRules, settingsFields, settingsQuery, settingsRules } from '../schemas/settings-schema.js';

/** Every pair of them is compared for Kendall's tau. */
const MAX_REFERENCES = 10_000;

const generator = z.string().min(1).max(200).describe('Name of the generator');
const promptName = {
  prompt_id: z
    .union([z.string(), z.number()])
    .optional()
    .describe('Names the prompt; 1 and "1" are different. Without it "prompt" does'),
  prompt: z
    .string()
    .optional()
    .describe(
      'The prompt itself: its name where there is no "prompt_id", beside which it says nothing. Never stored',
    ),
};
const { response, characteristics, reward } = rowFields.shape;
const baselineReward = reward
  .optional()
  .describe('Raw reward; 0 by default, for outputs whose rewards are margins over the baseline already');
const suffix = z.string().min(1).max(64).optional();

const leaderboardFields = {
  outputs: z
    .array(z.strictObject({ generator, ...promptName, response, characteristics, reward }))
    .min(1, 'must not be empty')
    .describe('Scored outputs: at most one per generator and prompt'),
  baseline: z
    .array(z.strictObject({ ...promptName, response, characteristics, reward: baselineReward }))
    .min(1, 'must not be empty')
    .describe('What the outputs are compared with: one per prompt, at least of every prompt in `outputs`'),
  reference: z
    .array(z.strictObject({ generator, score: z.number() }))
    .max(MAX_REFERENCES)
    .optional()
    .describe('Accepted quality of generators, higher is better: a length-controlled win rate, an Arena Elo'),
  variants: z
    .strictObject({ concise: suffix, verbose: suffix })
    .optional()
    .describe(
      `What is added to the name of a model that was asked for short or long answers; by default ${DEFAULT_VARIANTS.concise} and ${DEFAULT_VARIANTS.verbose}`,
    ),
  reward_model: rewardModelField.optional().describe('Use its curve instead of fitting one'),
  version: z.int().min(1).optional().describe('Of that curve; by default the current one'),
};

const structure = z.strictObject({ ...settingsFields, ...leaderboardFields });

export type LeaderboardBody = z.output<typeof structure>;

export const leaderboardBody = gated(
  structure,
  (body, found) => {
    settingsRules(body, found);
    curveRules(body, found);
    for (const list of ['outputs', 'baseline'] as const) {
      rowsRules(list, body[list], found);
      for (let i = 0; i < body[list].length && !found.isFull; i++)
        promptNameRules(body[list][i], found, () => [list, i]);
    }
    referenceRules(body, found);
    variantRules(body, found);
  },
  { id: 'LeaderboardRequest', examples: leaderboardExamples },
);

/** Either field that names the prompt of an output. */
interface NamesPrompt {
  readonly prompt_id?: PromptId | undefined;
  readonly prompt?: string | undefined;
}

/** What names the prompt of a checked output. */
export function promptIdOf({ prompt_id: id, prompt }: NamesPrompt): PromptId {
  return id ?? prompt ?? '';
}

/** The same as text, different for 1 and "1". */
export function promptNameOf(given: NamesPrompt): string {
  const id = promptIdOf(given);
  return `${typeof id === 'number' ? 'number' : 'text'}:${id}`;
}

function promptNameRules(
  given: NamesPrompt | undefined,
  found: Violations,
  placeOf: () => Place = () => [],
): void {
  if (given === undefined || given.prompt_id !== undefined || given.prompt !== undefined) return;
  found.add([...placeOf(), 'prompt_id'], 'is needed, or "prompt"');
}

const outputFields = z.strictObject({
  generator,
  ...promptName,
  response,
  characteristics,
  reward: baselineReward.describe('Raw reward, finite; outputs of the baseline have 0 by default'),
});

/** An output as a row of lines. */
export type OutputRow = z.output<typeof outputFields>;

/** A line of NDJSON. */
export const outputLine = gated(
  outputFields,
  (row, found) => {
    textRules(row, found);
    promptNameRules(row, found);
  },
  {
    id: 'OutputLine',
    description: 'A scored output a line; those of the generator `baseline` (in the query) are the baseline',
    examples: [{ generator: 'small', prompt_id: 1, response: 'Paris.', reward: 0.31 }],
  },
);

/** Where rewards are margins over the baseline, the baseline itself is at 0. */
export const DEFAULT_BASELINE_REWARD = 0;

/** The same parameters in the query string, for lines. */
export const leaderboardQuery = z
  .strictObject({
    ...settingsQuery,
    reward_model: rewardModelName.optional().describe('Use its curve instead of fitting one'),
    ...queryOf({
      version: leaderboardFields.version,
      baseline: generator.optional().describe('Lines: the generator whose outputs are the baseline'),
      concise: suffix.describe('Lines: as `variants.concise` in JSON'),
      verbose: suffix.describe('Lines: as `variants.verbose` in JSON'),
    }),
  })
  .superRefine(
    refinement((query, found) => {
      settingsRules(query, found);
      curveRules(query, found);
      const { concise, verbose } = readVariants({ variants: query });
      if (concise === verbose) found.add(['concise'], '"concise" and "verbose" must differ');
    }),
  );

export type LeaderboardQuery = z.output<typeof leaderboardQuery>;

function referenceRules({ reference = [] }: LeaderboardBody, found: Violations): void {
  const seen = new Set<string>();
  for (const [i, { generator: name }] of reference.entries()) {
    if (seen.has(name)) found.add(['reference', i, 'generator'], 'has a reference already');
    seen.add(name);
  }
}

/** The variants of a body; AlpacaEval's where the body has none. */
export function readVariants({ variants }: Pick<LeaderboardBody, 'variants'>): VariantSuffixes {
  return {
    concise: variants?.concise ?? DEFAULT_VARIANTS.concise,
    verbose: variants?.verbose ?? DEFAULT_VARIANTS.verbose,
  };
}

function variantRules(body: LeaderboardBody, found: Violations): void {
  const { concise, verbose } = readVariants(body);
  if (concise === verbose) found.add(['variants'], '"concise" and "verbose" must differ');
}
