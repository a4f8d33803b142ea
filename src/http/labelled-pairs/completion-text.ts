import { z } from 'zod';
import { chatMessage, splitConversation } from '../schemas/chat-message.js';

const textOrMessages = z.union(
  [
    z.string(),
    z.array(
      chatMessage.meta({
        id: 'BenchmarkMessage',
        description: 'A chat message; other fields are passed over',
      }),
    ),
  ],
  { error: 'must be text, or a list of messages {"role", "content"}' },
);

/**
 * The field of a completion as benchmarks write it: text, or the messages of a pipeline with its own
 * dialogue; null is as if absent.
 */
export const completionText = textOrMessages.nullish();

/** A text as it came. */
export type CompletionText = z.output<typeof completionText>;

/** The text to measure: text as it is, or the response of {@link splitConversation}; else undefined. */
export function readCompletion(given: CompletionText): string | undefined {
  return typeof given === 'string' ? given : splitConversation(given ?? [])?.response;
}
