import type { Upstream } from '../upstream/upstream.js';

/**
 * The field that asks vLLM for the reward itself: where it is absent, a sigmoid or softmax squeezes the
 * reward between 0 and 1 (3.5 is 0.97), on `/classify` and on `/pooling` alike. From 0.10.1 to 0.11.0 it was
 * `activation` (`legacy_activation`). Never both: 0.11.1 to 0.12 take any value of `activation`, even
 * `false`, for true (`get_use_activation`, vllm/config/pooler.py). docs/servers.md has the versions.
 */
export function noActivation({
  legacyActivation,
}: Pick<Upstream, 'legacyActivation'>): Readonly<Record<string, false>> {
  return legacyActivation ? { activation: false } : { use_activation: false };
}
