import { z } from 'zod';

/*
 * Messages as chat APIs and data sets of trainers have them. A file of a table format gives every key back in
 * every message and part, null where it had none: null says as little as a missing key.
 */

const messagePart = z.looseObject({
  type: z.string().nullish(),
  text: z.string().nullish().describe('Parts without text (images, audio) count nothing'),
});

/** A message of any role. Other fields (`tool_calls`, `reasoning_content`, `name`, …) count nothing. */
export const chatMessage = z.looseObject({
  role: z.string().min(1),
  content: z
    .union([z.string(), z.array(messagePart.nullable())], { error: 'must be a text or a list of parts' })
    .nullish(),
});

/** The fields of a message that the service reads. */
export interface ChatMessage {
  readonly content?:
    | string
    | readonly ({ readonly text?: string | null | undefined } | null)[]
    | null
    | undefined;
}

/** The text of a message: its content, or that of its parts one after another; empty where it has none. */
export function contentText({ content }: ChatMessage): string {
  if (content == null || typeof content === 'string') return content ?? '';
  return content.map((part) => part?.text ?? '').join('');
}

/** The role whose messages are the response. */
export const ANSWERING_ROLE = 'assistant';

/** A conversation that ends with a response. */
export interface Conversation {
  /** As {@link promptText}. */
  readonly prompt: string;
  /** What the assistant says after the last message of a user, one message after another. */
  readonly response: string;
}

/** Splits a conversation; undefined where no message of the assistant follows the last one of a user. */
export function splitConversation(
  messages: readonly (ChatMessage & { readonly role: string })[],
): Conversation | undefined {
  const start = messages.findLastIndex(({ role }) => ASKING_ROLES.includes(role)) + 1;
  const said = messages.slice(start).filter(({ role }) => role === ANSWERING_ROLE);
  if (said.length === 0) return undefined;
  return { prompt: promptText(messages.slice(0, start)), response: said.map(contentText).join('') };
}

/** Who asks for a response; a tool answers within it. */
const ASKING_ROLES = ['user', 'system', 'developer'];

/**
 * The texts of messages, separated by a blank line: there is no chat template here. A prompt of one text is
 * that text.
 */
export function promptText(prompt: string | readonly ChatMessage[]): string {
  return typeof prompt === 'string'
    ? prompt
    : prompt.map((message) => `${contentText(message)}\n\n`).join('');
}

/** Deeper messages would overflow the stack where they are written. */
const MAX_DEPTH = 64;

/** Whether a value is nested more deeply than any message needs. */
export function isTooDeep(value: unknown): boolean {
  let level = [value].filter(isObject);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((held) => Object.values(held).filter(isObject));
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The rule of messages that are too deep. */
export const TOO_DEEP = `must not be nested deeper than ${MAX_DEPTH} levels`;

/**
 * A text that is the same for prompts, or responses, that say the same: nulls are as if absent, parts of text
 * as if joined, and a response of one plain message as its text. Messages must not be too deep.
 */
export function identityOf(given: string | readonly ChatMessage[]): string {
  if (typeof given === 'string') return given;
  const plain = given.map((message) => ({ ...message, content: plainContent(message) }));
  const written = JSON.stringify(plain, (_key, value) => (value === null ? undefined : value));
  const [only] = plain;
  const isText = plain.length === 1 && typeof only?.content === 'string';
  const asText = isText ? JSON.stringify([{ role: ANSWERING_ROLE, content: only.content }]) : undefined;
  // No text begins so: those that look like messages are no messages.
  return written === asText ? String(only?.content) : `\u0000${written}`;
}

function plainContent(message: ChatMessage): ChatMessage['content'] {
  const { content } = message;
  if (content == null || typeof content === 'string') return content;
  const isText = content.every((part) => part === null || Object.entries(part).every(isOfText));
  return isText ? contentText(message) : content;
}

function isOfText([key, value]: [string, unknown]): boolean {
  return value === null || key === 'text' || (key === 'type' && value === 'text');
}
