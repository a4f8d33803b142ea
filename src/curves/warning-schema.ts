import { z } from 'zod';

/** A warning as documents and answers show it. */
export const warning = z.strictObject({
  code: z.string().max(64).describe('Stable, for machines'),
  message: z.string().max(2_000).describe('What was seen, what it means, what to do'),
});
