import type { SentSamples } from '../../sidecar/scoring/score-samples.js';

/**
 * The samples of a contract that sends texts without prompts: one text, or a list of texts, in the field
 * `place`.
 */
export function readTexts(place: string, given: string | readonly string[]): SentSamples {
  return typeof given === 'string'
    ? { samples: [{ text: given }], place, isSingle: true }
    : { samples: given.map((text) => ({ text })), place, isSingle: false };
}
