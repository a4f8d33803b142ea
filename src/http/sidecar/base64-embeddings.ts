import { readBase64Floats, writeBase64Floats } from '../../sidecar/servers/base64-floats.js';
import type { UpstreamKind } from '../../sidecar/upstream/upstream.js';
import { embeddingsList, type ListForm } from './indexed-list.js';
import { withReward } from './upstream-entry.js';

/**
 * `/v1/embeddings` for a caller that asked for base64: in the encoding that the server would give. A server
 * of the same contract was asked for it and has chosen; SGLang answers floats whatever it is asked; the
 * others (vLLM, text-embeddings-inference) have base64.
 */
export function base64EmbeddingsList(kind: UpstreamKind): ListForm {
  return kind === 'openai-embeddings' || kind === 'sglang-classify' ? AS_GIVEN : BASE64;
}

const AS_GIVEN: ListForm = {
  ...embeddingsList,
  withReward: (held, reward) =>
    typeof held === 'string' ? encoded(readBase64Floats(held), reward) : withReward(held, reward, 'last'),
};

const BASE64: ListForm = { ...embeddingsList, withReward: (held, reward) => encoded(held, reward) };

function encoded(held: unknown, reward: number | null): string {
  return writeBase64Floats(
    withReward(held, reward, 'last').map((value) => (typeof value === 'number' ? value : null)),
  );
}
