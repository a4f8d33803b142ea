import { z } from 'zod';

/** UTF-8 bytes; names are labels of metrics and fields of every log line. */
const MAX_NAME_BYTES = 200;

/**
 * Control, unassigned, private-use and line-separator characters, lone surrogates, and
 * text-direction overrides.
 */
const NOT_PRINTABLE = /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/**
 * A reward model's name as its users write it: `org/name`, or any printable text up to 200 bytes, spaces and
 * emoji included, but not at its ends. It never becomes a path: stores use a SHA-256 of it.
 */
export const rewardModelName = z
  .string()
  .refine((name) => name.length > 0, 'must not be empty')
  .refine((name) => name.length <= MAX_NAME_BYTES && utf8Bytes(name) <= MAX_NAME_BYTES, {
    message: `must be at most ${MAX_NAME_BYTES} bytes of UTF-8`,
  })
  .refine((name) => !NOT_PRINTABLE.test(name), 'must be printable text without control characters')
  .refine((name) => name.trim() === name, 'must not begin or end with a space')
  .meta({
    description: 'Reward model: org/name or any printable text up to 200 bytes',
    examples: ['org/reward-model'],
  });

function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
