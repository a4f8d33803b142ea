import { z } from 'zod';
import type { Samples } from '../../calibration/samples.js';

/** Text with every surrogate paired; a lone one has no UTF-8 and no defined length in code points. */
const text = z.string().refine((value) => value.isWellFormed(), 'must not contain lone surrogates');

/** A name that can be a JSON key and a column; built-in: chars, words, lines, markdown. */
export const characteristicName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/,
    'must be a letter followed by up to 63 letters, digits, "_", "." or "-"',
  )
  .refine((name) => name !== 'rewards' && name !== 'groups', 'is the name of another column')
  .describe('chars, words, lines or markdown (measured from text), or any other name (given as numbers)');

const row = z
  .strictObject({
    prompt: text.optional().describe('Not used yet; never stored or logged'),
    response: text.optional().describe('Measured and forgotten: never stored or logged'),
    reward: z.number().describe('Raw reward, finite'),
    characteristics: z
      .record(characteristicName, z.number())
      .optional()
      .describe('Measured characteristics; a number given here wins over measuring the text'),
  })
  .meta({ id: 'Sample' });

const columns = z
  .object({
    rewards: z.array(z.number()).min(1).describe('Raw rewards'),
    groups: z.array(z.string()).optional().describe('Prompt of each sample, as any name; not used yet'),
  })
  .catchall(z.array(z.number()))
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if (name === 'rewards' || name === 'groups') continue;
      const checked = characteristicName.safeParse(name);
      if (!checked.success)
        context.addIssue({
          code: 'custom',
          path: [name.slice(0, 64)],
          message: 'is not a name of a characteristic',
        });
    }
    if (given.groups !== undefined && given.groups.length !== given.rewards.length) {
      context.addIssue({ code: 'custom', path: ['groups'], message: 'must be as long as "rewards"' });
    }
  })
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

/** Adds the rule "exactly one of samples and columns" to a body schema. */
export function requireSamples(body: SamplesBody, context: z.RefinementCtx): void {
  if ((body.samples === undefined) === (body.columns === undefined)) {
    context.addIssue({
      code: 'custom',
      path: [],
      message: 'needs either "samples" (rows) or "columns", and not both',
    });
  }
}

/** The samples of a validated body, in the domain's form. */
export function readSamples(body: SamplesBody): Samples {
  if (body.samples !== undefined) return { rows: body.samples };
  const { rewards = [], groups: _, ...characteristics } = body.columns ?? {};
  return { columns: { rewards, characteristics } };
}
