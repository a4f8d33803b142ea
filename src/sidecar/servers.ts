import type { RewardServerContract } from './reward-server.js';
import { openaiEmbeddings } from './servers/openai-embeddings.js';
import { openrlhf } from './servers/openrlhf.js';
import { sglangClassify } from './servers/sglang-classify.js';
import { teiPredict } from './servers/tei-predict.js';
import { vllmClassify } from './servers/vllm-classify.js';
import { vllmPooling } from './servers/vllm-pooling.js';
import type { UpstreamKind } from './upstream.js';

const CONTRACTS: Readonly<Record<UpstreamKind, RewardServerContract>> = {
  openrlhf,
  'vllm-classify': vllmClassify,
  'vllm-pooling': vllmPooling,
  'sglang-classify': sglangClassify,
  'openai-embeddings': openaiEmbeddings,
  'tei-predict': teiPredict,
};

/** How reward-model servers of a kind are asked and answer. */
export function contractOf(kind: UpstreamKind): RewardServerContract {
  return CONTRACTS[kind];
}
