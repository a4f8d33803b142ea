import type { Upstream } from '../upstream/upstream.js';
import type { TextToScore } from './reward-server.js';

/**
 * What vLLM scores: the texts of a batch, or nothing beside the conversation that is among its
 * {@link givenFields}.
 */
export function inputOf(texts: readonly TextToScore[]): { readonly input?: readonly string[] } {
  if (texts[0]?.parameters?.fields.messages !== undefined) return {};
  return { input: texts.map(({ text }) => text) };
}

/** The fields that change the scores of a batch: its callers', and else those of the configuration. */
export function givenFields(
  [first]: readonly TextToScore[],
  { parameters }: Pick<Upstream, 'parameters'>,
): Readonly<Record<string, unknown>> {
  return { ...parameters, ...first?.parameters?.fields };
}
