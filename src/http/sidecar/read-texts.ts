import type { SentSamples } from '../../sidecar/scoring/score-samples.js';
import { splitConversation } from '../schemas/chat-message.js';

/** The sample of a contract that sends a conversation in the field `messages`, which was checked. */
export function readConversation(messages: Parameters<typeof splitConversation>[0]): SentSamples {
  const { prompt = '', response = '' } = splitConversation(messages) ?? {};
  const sample = { text: prompt + response, prompt, response };
  return { samples: [sample], place: 'messages', isSingle: true };
}

/**
 * The samples of a contract that sends texts without prompts: one text, or a list of texts, in the field
 * `place`.
 */
export function readTexts(place: string, given: string | readonly string[]): SentSamples {
  return typeof given === 'string'
    ? { samples: [{ text: given }], place, isSingle: true }
    : { samples: given.map((text) => ({ text })), place, isSingle: false };
}
