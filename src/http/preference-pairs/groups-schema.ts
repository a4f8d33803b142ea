import { z } from 'zod';
import type { Place } from '../../calibration/errors.js';
import type { Violations } from '../../calibration/violations.js';
import { characteristicName } from '../../curves/characteristic-name.js';
import { ANSWERING_ROLE, chatMessage, contentText, isTooDeep, TOO_DEEP } from '../schemas/chat-message.js';
import { gated } from '../schemas/gate.js';
import { id, LONE_SURROGATES } from '../schemas/samples-schema.js';

const message = chatMessage.meta({
  id: 'Message',
  description:
    "A chat message, as in TRL's conversational format; it comes out as it came in, with every other field",
});

/** A text, or chat messages. */
export const textOrMessages = z.union([z.string(), z.array(message).min(1)], {
  error: 'must be text, or a list of messages {"role", "content"}',
});

const scoredFields = {
  id,
  response: textOrMessages.describe(
    'Measured, given back and forgotten. Of messages what role `assistant` says (its `content`) is measured, one message after another with nothing between them',
  ),
  reward: z.number().describe('Raw reward, finite'),
  characteristics: z
    .record(characteristicName, z.number())
    .optional()
    .describe('Measured characteristics; a number given here wins over measuring the text'),
};

const prompt = textOrMessages.describe('Text or messages; the rows come out in the same form');

const scoredResponse = z.strictObject(scoredFields).meta({ id: 'ScoredResponse' });

const groupFields = z.strictObject({
  prompt,
  responses: z.array(scoredResponse).min(1, 'must not be empty').describe('The responses to this prompt'),
});

const rowFields = z.strictObject({ prompt, ...scoredFields });

/** A prompt as text or as messages. */
export type Prompt = z.output<typeof textOrMessages>;

export type ScoredResponse = z.output<typeof scoredResponse>;

/** A prompt and the scored responses to it. */
export type PromptGroup = z.output<typeof groupFields>;

/** Groups as a field of a gated body; {@link groupsRules} has their rules. */
export const groupsField = z
  .array(groupFields.meta({ id: 'PromptGroup' }))
  .min(1, 'must not be empty')
  .describe('Prompts with their scored responses');

/** A line of NDJSON that is a whole group. */
export const groupLine = gated(groupFields, (group, found) => groupRules(group, found), {
  id: 'PromptGroupLine',
  description: 'A prompt with its scored responses, one group a line',
  examples: [
    {
      prompt: 'Say hello.',
      responses: [
        { response: 'Hello!', reward: 0.31 },
        { response: 'Hello, and a very good day to you and all of yours!', reward: 0.9 },
      ],
    },
  ],
});

/** A line of NDJSON that is one response: consecutive responses with the same prompt are a group. */
export const scoredLine = gated(
  rowFields,
  ({ prompt: given, ...response }, found) => {
    promptRules(given, found);
    const broken = ruleBrokenBy(given, response);
    if (broken !== undefined) found.add(['response'], broken);
  },
  {
    id: 'ScoredResponseLine',
    description: 'One scored response a line; consecutive lines with the same prompt are a group',
    examples: [{ prompt: 'Say hello.', response: 'Hello!', reward: 0.31 }],
  },
);

/** Checks groups beyond their structure. */
export function groupsRules({ groups }: { groups: readonly PromptGroup[] }, found: Violations): void {
  for (let i = 0; i < groups.length && !found.isFull; i++) {
    const group = groups[i];
    if (group !== undefined) groupRules(group, found, ['groups', i]);
  }
}

function groupRules({ prompt: given, responses }: PromptGroup, found: Violations, place: Place = []): void {
  promptRules(given, found, place);
  for (let i = 0; i < responses.length && !found.isFull; i++) {
    const broken = ruleBrokenBy(given, responses[i]);
    if (broken !== undefined) found.add([...place, 'responses', i, 'response'], broken);
  }
}

function promptRules(given: Prompt, found: Violations, place: Place = []): void {
  if (typeof given !== 'string' && isTooDeep(given)) found.add([...place, 'prompt'], TOO_DEEP);
  if (!isWellFormed(given)) found.add([...place, 'prompt'], LONE_SURROGATES);
}

/** The rule that a response breaks. */
function ruleBrokenBy(given: Prompt, scored: ScoredResponse | undefined): string | undefined {
  const response = scored?.response ?? '';
  if (!isWellFormed(response)) return LONE_SURROGATES;
  if (typeof response === 'string') return undefined;
  if (isTooDeep(response)) return TOO_DEEP;
  if (typeof given === 'string') return 'must be text, as the prompt is: a row is all text or all messages';
  return response.some(({ role }) => role === ANSWERING_ROLE)
    ? undefined
    : `needs a message of role "${ANSWERING_ROLE}"`;
}

function isWellFormed(given: Prompt): boolean {
  if (typeof given === 'string') return given.isWellFormed();
  return given.every((each) => each.role.isWellFormed() && contentText(each).isWellFormed());
}
