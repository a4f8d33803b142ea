import { z } from 'zod';
import type { Place } from '../../calibration/errors.js';
import type { Samples } from '../../calibration/samples/samples.js';
import type { Violations } from '../../calibration/violations.js';
import {
  characteristicName,
  isCharacteristicName,
  NOT_A_CHARACTERISTIC_NAME,
} from '../../curves/characteristic-name.js';
import { brokenNameRules, rewardModelName } from '../../curves/reward-model-name.js';
import { gated } from './gate.js';

/** The name of a row. */
export const id = z
  .union([z.string().min(1).max(200), z.int()], {
    error: 'must be text of 1 to 200 characters, or a whole number',
  })
  .optional()
  .describe(
    'Your name of the response, given back with its answer. /v1/disputed-pairs draws by it: there it must be different within a prompt',
  );

const text = z.string({ error: 'must be text; of messages send what the assistant says' });

/** The fields of a sample in rows. */
export const rowFields = z.strictObject({
  id,
  prompt: text.optional().describe('Samples with the same prompt form a group; never stored or logged'),
  response: text.optional().describe('Measured and forgotten: never stored or logged'),
  reward: z.number().describe('Raw reward, finite'),
  characteristics: z
    .record(characteristicName, z.number())
    .optional()
    .describe('Measured characteristics; a number given here wins over measuring the text'),
});

/** The names of rows as an answer gives them back. */
export const answeredIds = z
  .array(z.union([z.string(), z.int()]).nullable())
  .optional()
  .describe('With `"include": ["ids"]`: the `id` of each sample; null where it has none');

/** The names of rows, in their order. */
export function idsOf(
  rows: readonly { readonly id?: string | number | undefined }[],
): (string | number | null)[] {
  return rows.map(({ id: given }) => given ?? null);
}

/** A sample as a row. */
export const row = rowFields.meta({ id: 'Sample' });

/** A line of NDJSON. */
export const rowLine = gated(rowFields, (sample, found) => textRules(sample, found), {
  id: 'SampleLine',
  description: 'One sample a line',
  examples: [{ response: 'Hello!', reward: 0.31 }],
});

/** Columns as an Arrow IPC stream; `bodies/arrow-schema.ts` describes them. */
export const arrowStream = z.unknown().meta({
  id: 'ArrowStream',
  description:
    'An Arrow IPC stream. In a request: a column `rewards` and one per characteristic, numbers without nulls, and, where prompts matter, `groups`: text, numbers or a dictionary of either, without nulls. In an answer: `rewards`, `extrapolated` and, if asked for, `biases`; the metadata of its schema name `reward_model`, `version` and `calibrated`',
});

const columns = z
  .object({
    rewards: z.array(z.number()).min(1).describe('Raw rewards'),
    groups: z
      .array(z.union([z.string(), z.number()], { error: 'must be text or a number' }))
      .optional()
      .describe('Prompt of each sample, as any name or number'),
  })
  .catchall(z.array(z.number()))
  .meta({ id: 'Columns', description: '`rewards` and one column per characteristic, all of equal length' });

/** The two forms of samples, as fields of a request body: exactly one of them. */
export const samplesFields = {
  samples: z.array(row).min(1, 'must not be empty').optional().describe('Samples as rows'),
  columns: columns.optional().describe('Samples as columns'),
};

/** The fields of a body that has {@link samplesFields}. */
export interface SamplesBody {
  samples?: z.output<typeof row>[] | undefined;
  columns?: z.output<typeof columns> | undefined;
}

/** The reward model as a field of a gated body; {@link rewardModelRules} has the rules of its name. */
export const rewardModelField = z.string().meta(rewardModelName.meta() ?? {});

/** Checks the name of a reward model. */
export function rewardModelRules({ reward_model }: { reward_model: string }, found: Violations): void {
  nameRules(reward_model, found, ['reward_model']);
}

/** Checks the name of a reward model at that place. */
export function nameRules(name: string, found: Violations, path: Place): void {
  for (const message of brokenNameRules(name)) found.add(path, message);
}

/** Checks samples beyond their structure. */
export function samplesRules({ samples, columns: given }: SamplesBody, found: Violations): void {
  if ((samples === undefined) === (given === undefined))
    found.add([], 'needs either "samples" (rows) or "columns", and not both');
  if (samples !== undefined) rowsRules('samples', samples, found);
  if (given !== undefined) columnsRules(given, found);
}

/** Checks the rows at that place. */
export function rowsRules(place: string, rows: readonly RowTexts[], found: Violations): void {
  for (let i = 0; i < rows.length && !found.isFull; i++) {
    const texts = rows[i];
    if (texts !== undefined) textRules(texts, found, () => [place, i]);
  }
}

/** The texts of a row. */
export interface RowTexts {
  readonly prompt?: string | undefined;
  readonly response?: string | undefined;
}

/** A lone surrogate has no UTF-8 and no defined length in code points. */
export const LONE_SURROGATES = 'must not contain lone surrogates';

/** Checks the texts of a row; their place is made only where it is shown. */
export function textRules(
  { prompt, response }: RowTexts,
  found: Violations,
  placeOf: () => Place = () => [],
): void {
  if (prompt?.isWellFormed() === false) found.add([...placeOf(), 'prompt'], LONE_SURROGATES);
  if (response?.isWellFormed() === false) found.add([...placeOf(), 'response'], LONE_SURROGATES);
}

function columnsRules(
  { rewards, groups, ...characteristics }: z.output<typeof columns>,
  found: Violations,
): void {
  for (const name in characteristics) {
    if (!isCharacteristicName(name)) found.add(['columns', name], NOT_A_CHARACTERISTIC_NAME);
    if (found.isFull) return;
  }
  if (groups !== undefined && groups.length !== rewards.length)
    found.add(['columns', 'groups'], 'must be as long as "rewards"');
}

/** The samples of a validated body, in the domain's form. */
export function readSamples(body: SamplesBody): Samples {
  if (body.samples !== undefined) return { rows: body.samples };
  const { rewards = [], groups, ...characteristics } = body.columns ?? {};
  return { columns: { rewards, characteristics, groups } };
}
