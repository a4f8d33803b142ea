import type { Upstream, UpstreamKind } from '../upstream/upstream.js';
import { givenFields } from './given-fields.js';
import type { TextToScore } from './reward-server.js';

/**
 * What tokenizers put before a text and chat templates write, too: Llama 2 and Mistral, Gemma, Llama 3, LFM2,
 * Command R, DeepSeek. Not `<|endoftext|>`: it is the BOS of tokenizers that add none (OLMo, GPT-NeoX).
 */
const BOS_TOKENS = [
  '<s>',
  '<bos>',
  '<|begin_of_text|>',
  '<|startoftext|>',
  '<BOS_TOKEN>',
  '<｜begin▁of▁sentence｜>',
] as const;

/**
 * Servers whose tokenizer adds its BOS to every text: vLLM (unless asked not to), SGLang and
 * text-embeddings-inference. OpenRLHF's own client sends the BOS to OpenRLHF's server: nothing is changed
 * there.
 */
const ADDS_BOS: Readonly<Record<UpstreamKind, boolean>> = {
  openrlhf: false,
  'vllm-classify': true,
  'vllm-pooling': true,
  'sglang-classify': true,
  'openai-embeddings': true,
  'tei-predict': true,
};

/**
 * A text as it goes to the server: without the BOS that it brings where the server adds one, since a model
 * that reads two scores a text that it has never seen the like of. verl strips it, too. One BOS at most.
 *
 * @param added what the upstream's own tokenizer adds, where its `chat_template` says it.
 */
export function withoutAddedBos(
  sent: TextToScore,
  upstream: Upstream,
  added: readonly string[] = BOS_TOKENS,
): TextToScore {
  if (!ADDS_BOS[upstream.kind] || upstream.stripBos === 'never') return sent;
  // vLLM's /classify takes this field from the version on that has the newer spelling.
  const isHeard = upstream.kind !== 'vllm-classify' || !upstream.legacyActivation;
  if (isHeard && givenFields([sent], upstream).add_special_tokens === false) return sent;
  const bos = added.find((token) => sent.text.startsWith(token));
  return bos === undefined ? sent : { ...sent, text: sent.text.slice(bos.length) };
}
