/** Something about a fit that a user should look at before trusting it. */
export interface Warning {
  /** Stable, for machines. */
  readonly code: string;
  /** What was seen, what it means, what to do: for people. */
  readonly message: string;
}

/** A number in a message: three digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A share in a message, in percent. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))}%`;
}

/** So many characteristics are named in one message, which a curve's document keeps to 2,000 characters. */
const NAMED = 4;

/** What was seen of each characteristic, as one text. */
export function listOf(seen: readonly string[]): string {
  const more = seen.length > NAMED ? `; and ${seen.length - NAMED} more` : '';
  return seen.slice(0, NAMED).join('; ') + more;
}
