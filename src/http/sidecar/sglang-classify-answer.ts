import type { ScoredSample, ScoredSamples } from '../../sidecar/scoring/score-samples.js';
import { asObject, entryOf, type JsonObject, withReward } from './upstream-entry.js';

/** The answer of SGLang's own `/classify`: a list of entries, or the entry alone for a single text. */
export function answerSglangClassify(scored: ScoredSamples): JsonObject | readonly JsonObject[] {
  const entry = (sample: ScoredSample): JsonObject => {
    const upstreams = asObject(entryOf(sample, scored, 'sglang-classify') ?? { meta_info: {} });
    return { ...upstreams, embedding: withReward(upstreams.embedding, sample.reward, 'first') };
  };
  const entries = scored.samples.map(entry);
  return scored.isSingle ? (entries[0] ?? {}) : entries;
}
