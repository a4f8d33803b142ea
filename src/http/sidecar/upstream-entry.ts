import type { ScoredSample, ScoredSamples } from '../../sidecar/scoring/score-samples.js';
import type { UpstreamKind } from '../../sidecar/upstream/upstream.js';

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A value as a JSON object; an empty one for anything else. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/**
 * The upstream's entry besides the reward of a sample, for a caller that speaks the upstream's own contract;
 * undefined where the contracts differ or the upstream failed.
 */
export function entryOf(
  sample: ScoredSample,
  { upstream }: ScoredSamples,
  kind: UpstreamKind,
): unknown | undefined {
  return upstream.kind === kind ? sample.entry : undefined;
}

/** The distinct upstream answers with these samples, where the upstream speaks the caller's contract. */
export function answersOf({ samples, upstream }: ScoredSamples, kind: UpstreamKind): readonly JsonObject[] {
  if (upstream.kind !== kind) return [];
  const answers = new Set<unknown>();
  for (const { answer } of samples) if (answer !== undefined) answers.add(answer);
  return Array.from(answers, asObject);
}

/** The list with its first or last number replaced by the reward; the reward alone where there is no list. */
export function withReward(
  list: unknown,
  reward: number | null,
  place: 'first' | 'last',
): readonly unknown[] {
  if (!Array.isArray(list) || list.length === 0) return [reward];
  return list.with(place === 'first' ? 0 : -1, reward);
}
