import { z } from 'zod';
import { chatMessage } from '../schemas/chat-message.js';
import type { RequestForm } from './request-form.js';

/* The fields that the clients of each contract send, from the servers' sources (docs/servers.md). */

const NOT_TEXTS = 'must be a text or a list of texts';
const texts = z.union([z.string(), z.array(z.string()).min(1)], { error: NOT_TEXTS });
/** With several URLs OpenRLHF divides the samples among them, and sends empty lists to those without any. */
const textsOrNone = z.union([z.string(), z.array(z.string())], { error: NOT_TEXTS });

const model = z.string().nullish().describe('Any: the upstream is asked for the model in its configuration');

/** The reward is calibrated as the model gives it; a caller that asks for a squeezed one gets an error. */
const noActivation = z
  .literal(false, { error: 'must be false: rewards are calibrated before any activation' })
  .nullish();
const activations = { activation: noActivation, use_activation: noActivation, softmax: noActivation };

const floats = z.literal('float', { error: 'must be "float"' }).nullish();

/** Who asks, and when the server looks at it: no contract scores otherwise for them. */
const HARMLESS = ['user', 'priority', 'request_id', 'metadata'] as const;
const VLLM_HARMLESS = [...HARMLESS, 'cache_salt'] as const;
const SGLANG_HARMLESS = [...HARMLESS, 'rid', 'routing_key'] as const;

export const openrlhfForm = {
  kind: 'openrlhf',
  read: {
    query: textsOrNone.describe('Prompt and response as the reward model reads them, special tokens kept'),
    prompts: textsOrNone.nullish().describe('The prompts alone; the response is what follows them'),
    labels: z
      .unknown()
      .optional()
      .describe('Any label, or a list of labels: passed on as they are; numbers are doubles'),
  },
  harmless: HARMLESS,
} as const satisfies RequestForm;

const conversation = z
  .array(chatMessage)
  .min(1)
  .nullish()
  .describe('One conversation, scored by the chat template of a vLLM server behind; in place of `input`');

export const slimeForm = {
  kind: undefined,
  read: {
    prompt: z
      .union([z.string(), z.array(chatMessage)], { error: 'must be a text or a list of messages' })
      .describe('Messages are joined by blank lines, without a chat template'),
    response: z.string(),
    label: z.unknown().optional().describe('Passed on as it is'),
  },
  harmless: HARMLESS,
} as const satisfies RequestForm;

/** vLLM's `/classify`; SGLang's `/v1/classify` has fewer fields. */
export const classifyForm = {
  kind: 'vllm-classify',
  read: {
    model,
    encoding_format: floats,
    ...activations,
    input: texts.nullish().describe("vLLM's form"),
    messages: conversation,
  },
  harmless: VLLM_HARMLESS,
  conversation: 'messages',
} as const satisfies RequestForm;

export const sglangClassifyForm = {
  kind: 'sglang-classify',
  read: { model, encoding_format: floats, ...activations, text: texts.nullish().describe("SGLang's form") },
  harmless: [
    ...SGLANG_HARMLESS,
    'background',
    'external_trace_header',
    'log_metrics',
    'received_time',
    'sampling_params',
    'trace_context',
    'validation_time',
  ],
} as const satisfies RequestForm;

export const openaiClassifyForm = {
  kind: 'vllm-classify',
  read: { model, encoding_format: floats, ...activations, input: texts },
  harmless: [...VLLM_HARMLESS, 'rid', 'routing_key'],
} as const satisfies RequestForm;

const encodings = {
  embed_dtype: z.literal('float32', { error: 'must be "float32"' }).nullish(),
  endianness: z.enum(['native', 'little'], { error: 'must be "native" or "little"' }).nullish(),
};

export const poolingForm = {
  kind: 'vllm-pooling',
  read: {
    model,
    encoding_format: floats,
    ...encodings,
    ...activations,
    input: texts.nullish(),
    messages: conversation,
  },
  harmless: VLLM_HARMLESS,
  conversation: 'messages',
} as const satisfies RequestForm;

export const embeddingsForm = {
  kind: 'openai-embeddings',
  read: {
    model,
    encoding_format: z
      .enum(['float', 'base64'], { error: 'must be "float" or "base64"' })
      .nullish()
      .describe('`base64`: little-endian float32, where the server behind has it (SGLang answers floats)'),
    ...encodings,
    ...activations,
    input: texts,
  },
  harmless: [...VLLM_HARMLESS, 'rid', 'routing_key'],
  sent: { encoding_format: 'base64' },
} as const satisfies RequestForm;

const oneText = z.array(z.string()).length(1);

export const predictForm = {
  kind: 'tei-predict',
  read: {
    inputs: z.union([z.string(), oneText, z.array(oneText).min(1)], {
      error: 'must be a text, [text] or [[text], …]; pairs are not taken',
    }),
    raw_scores: z
      .literal(true, { error: 'must be true: rewards are calibrated before any activation' })
      .nullish(),
  },
  harmless: HARMLESS,
} as const satisfies RequestForm;
