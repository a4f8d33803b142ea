import { MAX_CHARACTERISTICS, type Samples } from './samples.js';

/**
 * The characteristics that the caller gave, for some sample at least, and that are not among those used: at
 * most {@link MAX_CHARACTERISTICS}, in order of first appearance. To be asked of samples as they came, before
 * text was measured into them.
 */
export function unusedCharacteristics(samples: Samples, used: readonly string[]): string[] {
  const given = 'columns' in samples ? [samples.columns] : samples.rows;
  // Made for the first one: mostly there is none.
  let unused: Set<string> | undefined;
  for (const { characteristics } of given) {
    for (const name in characteristics) {
      if (used.includes(name)) continue;
      unused ??= new Set();
      unused.add(name);
    }
    if (unused !== undefined && unused.size >= MAX_CHARACTERISTICS) break;
  }
  return unused === undefined ? [] : [...unused].slice(0, MAX_CHARACTERISTICS);
}

/** Collects the unused characteristics of samples that arrive in parts. */
export class UnusedCharacteristics {
  readonly #used: readonly string[];
  readonly #found = new Set<string>();

  constructor(used: readonly string[]) {
    this.#used = used;
  }

  /** Adds a part; returns those that no part had before it. */
  add(part: Samples): string[] {
    if (this.#found.size >= MAX_CHARACTERISTICS) return [];
    const found = unusedCharacteristics(part, [...this.#used, ...this.#found]);
    for (const name of found) this.#found.add(name);
    return found;
  }

  /** Of all parts: at most {@link MAX_CHARACTERISTICS}, in order of first appearance. */
  get found(): string[] {
    return [...this.#found].slice(0, MAX_CHARACTERISTICS);
  }
}
