import type { Upstream } from '../upstream/upstream.js';
import type { TextToScore } from './reward-server.js';

/** The fields that change the scores of a batch: its callers', and else those of the configuration. */
export function givenFields(
  [first]: readonly TextToScore[],
  { parameters }: Pick<Upstream, 'parameters'>,
): Readonly<Record<string, unknown>> {
  return { ...parameters, ...first?.parameters?.fields };
}
