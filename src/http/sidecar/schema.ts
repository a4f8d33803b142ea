import { z } from 'zod';
import type { Violations } from '../../calibration/violations.js';
import { sidecarExamples } from '../schemas/examples.js';
import { gated } from '../schemas/gate.js';
import { LONE_SURROGATES } from '../schemas/samples-schema.js';
import { promptText } from './chat-messages.js';

/*
 * The requests that trainers send to a reward model's URL. Unlike the service's own bodies, these may have
 * unknown keys: trainers send more from one release to the next. Known keys are checked strictly.
 */

/** The upstream as a segment of the path. */
export const upstreamParams = z.object({
  upstream: z
    .string()
    .describe('Name of a configured upstream (UPSTREAMS)')
    .meta({ examples: ['reward-model'] }),
});

const NOT_TEXTS = 'must be a text or a list of texts';
const texts = z.union([z.string(), z.array(z.string()).min(1)], { error: NOT_TEXTS });
/** With several URLs OpenRLHF divides the samples among them, and sends empty lists to those without any. */
const textsOrNone = z.union([z.string(), z.array(z.string())], { error: NOT_TEXTS });
const model = z.string().nullish().describe('Any: the upstream is asked for the model in its configuration');

/** The reward is calibrated as the model gives it; a caller that asks for a squeezed one gets an error. */
const noActivation = z
  .literal(false, { error: 'must be false: rewards are calibrated before any activation' })
  .nullish();

const floats = z.literal('float', { error: 'must be "float"' }).nullish();

export const openrlhfBody = gated(
  z.looseObject({
    query: textsOrNone.describe('Prompt and response as the reward model reads them, special tokens kept'),
    prompts: textsOrNone.nullish().describe('The prompts alone; the response is what follows them'),
    labels: z
      .union([z.string(), z.array(z.string().nullable())], {
        error: 'must be a label or a list of labels',
      })
      .nullish(),
  }),
  ({ query, prompts, labels }, found) => {
    textRules('query', query, found);
    textRules('prompts', prompts ?? [], found);
    lengthRules(query, { prompts, labels }, found);
  },
  { id: 'OpenrlhfRewardRequest', examples: sidecarExamples.openrlhf },
);

const messagePart = z.looseObject({ type: z.string(), text: z.string().optional() });
const message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(messagePart), z.null()], {
    error: 'must be a text or a list of parts',
  }),
});

export const slimeBody = gated(
  z.looseObject({
    prompt: z
      .union([z.string(), z.array(message)], { error: 'must be a text or a list of messages' })
      .describe('Messages are joined by blank lines, without a chat template'),
    response: z.string(),
    label: z.unknown().optional(),
  }),
  ({ prompt, response }, found) => {
    textRules('prompt', promptText(prompt), found);
    textRules('response', response, found);
  },
  { id: 'SlimeRewardRequest', examples: sidecarExamples.slime },
);

export const slimeQuery = z.strictObject({
  reward_key: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('Answer an object with the reward under this key (slime: --reward-key), not a bare number'),
});

const inputFields = { model, encoding_format: floats };
const activationFields = { activation: noActivation, use_activation: noActivation };

export const classifyBody = gated(
  z.looseObject({
    ...inputFields,
    ...activationFields,
    input: texts.optional().describe("vLLM's form"),
    text: texts.optional().describe("SGLang's form"),
  }),
  ({ input, text }, found) => {
    if ((input === undefined) === (text === undefined)) {
      found.add([], 'needs either "input" (vLLM) or "text" (SGLang), and not both');
      return;
    }
    textRules('input', input ?? [], found);
    textRules('text', text ?? [], found);
  },
  { id: 'ClassifyRequest', examples: [...sidecarExamples.input, ...sidecarExamples.text] },
);

export const openaiClassifyBody = gated(
  z.looseObject({ ...inputFields, ...activationFields, input: texts }),
  ({ input }, found) => textRules('input', input, found),
  { id: 'OpenaiClassifyRequest', examples: sidecarExamples.input },
);

export const poolingBody = gated(
  z.looseObject({ ...inputFields, ...activationFields, input: texts }),
  ({ input }, found) => textRules('input', input, found),
  { id: 'PoolingRequest', examples: sidecarExamples.input },
);

export const embeddingsBody = gated(
  z.looseObject({ ...inputFields, input: texts }),
  ({ input }, found) => textRules('input', input, found),
  { id: 'EmbeddingsRequest', examples: sidecarExamples.input },
);

const oneText = z.array(z.string()).length(1);

export const predictBody = gated(
  z.looseObject({
    inputs: z.union([z.string(), oneText, z.array(oneText).min(1)], {
      error: 'must be a text, [text] or [[text], …]; pairs are not taken',
    }),
    raw_scores: z
      .literal(true, { error: 'must be true: rewards are calibrated before any activation' })
      .nullish(),
    truncate: z.boolean().nullish(),
  }),
  ({ inputs }, found) => textRules('inputs', typeof inputs === 'string' ? inputs : inputs.flat(), found),
  { id: 'PredictRequest', examples: sidecarExamples.inputs },
);

function textRules(name: string, given: string | readonly string[], found: Violations): void {
  if (typeof given === 'string') {
    if (!given.isWellFormed()) found.add([name], LONE_SURROGATES);
    return;
  }
  for (let i = 0; i < given.length && !found.isFull; i++) {
    if (given[i]?.isWellFormed() === false) found.add([name, i], LONE_SURROGATES);
  }
}

function lengthRules(
  query: string | readonly string[],
  others: Record<string, string | readonly (string | null)[] | null | undefined>,
  found: Violations,
): void {
  const count = typeof query === 'string' ? 1 : query.length;
  for (const [name, given] of Object.entries(others)) {
    if (given != null && (typeof given === 'string' ? 1 : given.length) !== count)
      found.add([name], 'must be as long as "query"');
  }
}
