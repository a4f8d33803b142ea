import { z } from 'zod';
import type { Violations } from '../../calibration/violations.js';
import {
  ANSWERING_ROLE,
  contentText,
  isTooDeep,
  promptText,
  splitConversation,
  TOO_DEEP,
} from '../schemas/chat-message.js';
import { sidecarExamples } from '../schemas/examples.js';
import { gated } from '../schemas/gate.js';
import { LONE_SURROGATES } from '../schemas/samples-schema.js';
import { fieldsOf, type RequestForm } from './request-form.js';
import {
  classifyForm,
  embeddingsForm,
  openaiClassifyForm,
  openrlhfForm,
  poolingForm,
  predictForm,
  sglangClassifyForm,
  slimeForm,
} from './request-forms.js';

/*
 * The requests that trainers send to a reward model's URL. Known keys are checked strictly here; whether an
 * unknown one is refused depends on the upstream (`readParameters`).
 */

/** The upstream as a segment of the path. */
export const upstreamParams = z.object({
  upstream: z
    .string()
    .describe('Name of a configured upstream (UPSTREAMS)')
    .meta({ examples: ['reward-model'] }),
});

/** The body of requests in these forms: the fields of all of them, and any other. */
function looseBody<First extends RequestForm, Second extends RequestForm = First>(
  first: First,
  second?: Second,
): z.ZodObject<First['read'] & Second['read'], z.core.$loose> {
  const forms = second === undefined ? [first] : [first, second];
  return z.looseObject(fieldsOf(...forms)) as z.ZodObject<First['read'] & Second['read'], z.core.$loose>;
}

export const openrlhfBody = gated(
  looseBody(openrlhfForm),
  ({ query, prompts, labels }, found) => {
    textRules('query', query, found);
    textRules('prompts', prompts ?? [], found);
    lengthRules(query, { prompts, labels }, found);
  },
  { id: 'OpenrlhfRewardRequest', examples: sidecarExamples.openrlhf },
);

export const slimeBody = gated(
  looseBody(slimeForm),
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

export const classifyBody = gated(
  looseBody(classifyForm, sglangClassifyForm),
  ({ input, text, messages }, found) => {
    if ([input, text, messages].filter((given) => given != null).length !== 1) {
      found.add([], 'needs one of "input" or "messages" (vLLM), or "text" (SGLang), and no other of them');
      return;
    }
    textRules('input', input ?? [], found);
    textRules('text', text ?? [], found);
    conversationRules(messages, found);
  },
  { id: 'ClassifyRequest', examples: [...sidecarExamples.input, ...sidecarExamples.text] },
);

export const openaiClassifyBody = gated(
  looseBody(openaiClassifyForm),
  ({ input }, found) => textRules('input', input, found),
  { id: 'OpenaiClassifyRequest', examples: sidecarExamples.input },
);

export const poolingBody = gated(
  looseBody(poolingForm),
  ({ input, messages }, found) => {
    if ((input == null) === (messages == null)) {
      found.add([], 'needs either "input" or "messages", and not both');
      return;
    }
    textRules('input', input ?? [], found);
    conversationRules(messages, found);
  },
  { id: 'PoolingRequest', examples: sidecarExamples.input },
);

export const embeddingsBody = gated(
  looseBody(embeddingsForm),
  ({ input }, found) => textRules('input', input, found),
  { id: 'EmbeddingsRequest', examples: sidecarExamples.input },
);

export const predictBody = gated(
  looseBody(predictForm),
  ({ inputs }, found) => textRules('inputs', typeof inputs === 'string' ? inputs : inputs.flat(), found),
  { id: 'PredictRequest', examples: sidecarExamples.inputs },
);

type Conversation = Parameters<typeof splitConversation>[0];

function conversationRules(messages: Conversation | null | undefined, found: Violations): void {
  if (messages == null) return;
  const isWellFormed = messages.every((each) => contentText(each).isWellFormed());
  if (!isWellFormed) found.add(['messages'], LONE_SURROGATES);
  if (isTooDeep(messages)) found.add(['messages'], TOO_DEEP);
  if (splitConversation(messages) === undefined)
    found.add(['messages'], `must end with what role "${ANSWERING_ROLE}" says: that is the response`);
}

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
  others: Record<string, unknown>,
  found: Violations,
): void {
  const count = typeof query === 'string' ? 1 : query.length;
  for (const [name, given] of Object.entries(others)) {
    if (given != null && (Array.isArray(given) ? given.length : 1) !== count)
      found.add([name], 'must be as long as "query"');
  }
}
