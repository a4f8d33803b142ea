import { z } from 'zod';

/*
 * The text of a completion as benchmarks write it: text, or the messages of a pipeline with its own dialogue.
 * Tables give back every key of a message in every row, null where it had none.
 */

/** A part of a message; only its text is measured. */
const part = z.looseObject({ text: z.string().nullish() });

const message = z
  .looseObject({
    role: z.string(),
    content: z
      .union([z.string(), z.array(part.nullable())], { error: 'must be text, a list of parts, or null' })
      .nullish(),
  })
  .meta({ id: 'BenchmarkMessage', description: 'A chat message; other fields are passed over' });

const textOrMessages = z.union([z.string(), z.array(message)], {
  error: 'must be text, or a list of messages {"role", "content"}',
});

/** The field of such a text; null is as if absent. */
export const completionText = textOrMessages.nullish();

/** A text as it came. */
export type CompletionText = z.output<typeof completionText>;

type Message = z.output<typeof message>;

/**
 * The text to measure: text as it is; of messages what the assistant says after the last message of the user,
 * one message after another with nothing between them (before it stands the prompt). Undefined where there is
 * none.
 */
export function readCompletion(given: CompletionText): string | undefined {
  if (given == null || typeof given === 'string') return given ?? undefined;
  const last = given.findLastIndex(({ role }) => role === 'user');
  const said = given.slice(last + 1).filter(({ role }) => role === 'assistant');
  return said.length === 0 ? undefined : said.map(contentOf).join('');
}

function contentOf({ content }: Message): string {
  if (content == null || typeof content === 'string') return content ?? '';
  return content.map((piece) => piece?.text ?? '').join('');
}
