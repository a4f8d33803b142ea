import { z } from 'zod';

/** UTF-8 bytes; names are labels of metrics and fields of every log line. */
const MAX_NAME_BYTES = 200;

/**
 * Control, unassigned, private-use and line-separator characters, lone surrogates, and
 * text-direction overrides.
 */
const NOT_PRINTABLE = /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** Letters, digits, marks of writing, signs and emoji; not formats such as U+200B, spaces and joiners. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Letters and signs that show nothing: Hangul fillers, the blank of Braille. */
const BLANK = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The rules of a reward model's name, and what a name that breaks one is answered. */
const RULES: readonly { readonly holds: (name: string) => boolean; readonly message: string }[] = [
  { holds: (name) => name.length > 0, message: 'must not be empty' },
  {
    holds: (name) => name.length <= MAX_NAME_BYTES && utf8Bytes(name) <= MAX_NAME_BYTES,
    message: `must be at most ${MAX_NAME_BYTES} bytes of UTF-8`,
  },
  {
    holds: (name) => !NOT_PRINTABLE.test(name),
    message: 'must be printable text without control characters',
  },
  { holds: (name) => name.trim() === name, message: 'must not begin or end with a space' },
  {
    holds: (name) =>
      name.length === 0 || name.length > MAX_NAME_BYTES || VISIBLE.test(name.replaceAll(BLANK, '')),
    message: 'must have a character that can be seen',
  },
];

/**
 * A reward model's name as its users write it: `org/name`, or any printable text up to 200 bytes, spaces and
 * emoji included, but not at its ends. It never becomes a path: stores use a SHA-256 of it.
 */
export const rewardModelName = RULES.reduce(
  (schema, { holds, message }) => schema.refine(holds, message),
  z.string(),
).meta({
  description: 'Reward model: org/name or any printable text up to 200 bytes',
  examples: ['org/reward-model'],
});

/** The rules that a name breaks, in words, as {@link rewardModelName} gives them; for every request. */
export function brokenNameRules(name: string): string[] {
  return RULES.filter(({ holds }) => !holds(name)).map(({ message }) => message);
}

function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
