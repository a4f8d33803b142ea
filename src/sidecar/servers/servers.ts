import type { UpstreamKind } from '../upstream/upstream.js';
import { openaiEmbeddings } from './openai-embeddings.js';
import { openrlhf } from './openrlhf.js';
import type { RewardServerContract } from './reward-server.js';
import { sglangClassify } from './sglang-classify.js';
import { teiPredict } from './tei-predict.js';
import { vllmClassify } from './vllm-classify.js';
import { vllmPooling } from './vllm-pooling.js';

const CONTRACTS: Readonly<Record<UpstreamKind, RewardServerContract>> = {
  openrlhf,
  'vllm-classify': vllmClassify,
  'vllm-pooling': vllmPooling,
  'sglang-classify': sglangClassify,
  'openai-embeddings': openaiEmbeddings,
  'tei-predict': teiPredict,
};

/** The contract of a kind of reward-model server. */
export function contractOf(kind: UpstreamKind): RewardServerContract {
  return CONTRACTS[kind];
}
