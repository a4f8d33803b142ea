/**
 * A part of a message. A file of a table format gives back every key in every part, null where it had none.
 */
interface MessagePart {
  readonly text?: string | null | undefined;
}

/** A message as chat APIs have it: text, or parts of which some hold text. */
export interface ChatMessage {
  readonly content?: string | readonly (MessagePart | null)[] | null | undefined;
}

/**
 * The texts of messages, separated by a blank line: there is no chat template here. A prompt of one text is
 * that text.
 */
export function promptText(prompt: string | readonly ChatMessage[]): string {
  return typeof prompt === 'string' ? prompt : prompt.map(({ content }) => `${textOf(content)}\n\n`).join('');
}

function textOf(content: ChatMessage['content']): string {
  if (content == null || typeof content === 'string') return content ?? '';
  return content.map((part) => part?.text ?? '').join('');
}
