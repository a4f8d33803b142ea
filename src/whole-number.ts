import { z } from 'zod';

/** What numbers count; a person who writes another unit is answered with this one. */
export type Unit = 'bytes' | 'seconds' | 'milliseconds';

interface Range {
  readonly least: number;
  readonly most?: number;
  /** Not written: `64mb` is wrong, `67108864` right. */
  readonly unit?: Unit | undefined;
}

/** Characters of a wrong text that an error repeats. */
const REPEATED = 20;

/**
 * A whole number from text of decimal digits and nothing else: `0x50`, `1e3` and `8080.0` are typing errors
 * more often than numbers. The error says the rule and what was given: no secret is a number.
 */
export function whole({ least, most = Number.MAX_SAFE_INTEGER, unit }: Range) {
  const units = unit === undefined ? '' : ` of ${unit}, without the unit,`;
  return z.string().transform((text, context) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    // No one needs to read of a bound that is out of reach.
    const isNear = most < Number.MAX_SAFE_INTEGER || number > most;
    const range = isNear ? `from ${least} to ${most}` : `of at least ${least}`;
    context.addIssue(`must be a whole number${units} ${range} (given: ${repeated(text)})`);
    return z.NEVER;
  });
}

/** The text in one line, cut where it is long. */
function repeated(text: string): string {
  return JSON.stringify(text.length > REPEATED ? `${text.slice(0, REPEATED)}…` : text);
}
