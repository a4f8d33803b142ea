import { z } from 'zod';
import type { UpstreamKind } from '../upstream/upstream.js';

/** Schemas of fields by their names. */
export type Fields = Readonly<Record<string, z.ZodType>>;

const keywords = z.record(z.string(), z.unknown());

/**
 * Everything in vLLM's requests that changes what the model reads
 * (`vllm/entrypoints/pooling/base/protocol.py`).
 */
const vllm = {
  add_special_tokens: z
    .boolean()
    .describe('vLLM: whether the tokenizer adds BOS and the like; true where it is not said'),
  truncate_prompt_tokens: z.int().min(-1).describe('vLLM: so many tokens of a text are read'),
  truncation_side: z.enum(['left', 'right']).describe('vLLM: which side is cut off'),
  padding: z.enum(['max_length', 'do_not_pad']).describe('vLLM: whether a text is filled up'),
  mm_processor_kwargs: keywords.describe('vLLM: for the processor of the model'),
  additional_data: z.unknown().describe('vLLM before 0.10: for the pooler of the model'),
  chat_template: z.string().describe('vLLM: of requests with messages'),
  chat_template_kwargs: keywords.describe('vLLM: of requests with messages'),
  add_generation_prompt: z.boolean().describe('vLLM: of requests with messages'),
  continue_final_message: z.boolean().describe('vLLM: of requests with messages'),
  media_io_kwargs: keywords.describe('vLLM: of requests with messages'),
};

const dimensions = z.int().min(1).describe('Numbers in an embedding');
const lora_path = z.string().describe('SGLang: the adapter that scores');

/** A vector of one number that is normalized is 1 or −1. */
const normalize = z
  .literal(false, { error: 'must be false: a reward that is normalized is 1 or −1' })
  .describe('vLLM before 0.12; only false is taken');

const pooling = {
  ...vllm,
  dimensions,
  normalize,
  task: z.string().describe('vLLM: what is pooled'),
};

/** The fields, beside the texts, with which callers change the scores of each kind of server. */
export const SCORE_FIELDS = {
  openrlhf: {},
  'vllm-classify': vllm,
  'vllm-pooling': pooling,
  'sglang-classify': { dimensions, lora_path },
  'openai-embeddings': { ...pooling, lora_path },
  'tei-predict': {
    truncate: z
      .boolean()
      .describe(
        'Whether a text beyond the length of the model is cut; a refused one is 413 or 422. True where it is not said',
      ),
    truncation_direction: z.enum(['left', 'right', 'Left', 'Right']).describe('Which side is cut off'),
  },
} as const satisfies Readonly<Record<UpstreamKind, Fields>>;
