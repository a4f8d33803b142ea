import type { PairChoice, PreferencePair, SkipReason } from './preference-pairs.js';

/** The pairs that one kind of reward gives. */
export interface PairLengths {
  readonly pairs: number;
  /** Mean length of the chosen responses in code points; null without pairs. */
  readonly chosen: number | null;
  /** Mean length of the rejected responses in code points; null without pairs. */
  readonly rejected: number | null;
}

/** The outcome of all groups. `groups` = those with pairs + Σ `skipped`. */
export interface PairSummary {
  readonly groups: number;
  readonly responses: number;
  /** Groups without a pair of calibrated rewards, for each reason. */
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /**
   * Pairs of calibrated rewards that raw rewards do not give: another chosen or rejected response, or no
   * pair.
   */
  readonly changed: number;
  readonly raw: PairLengths;
  readonly calibrated: PairLengths;
}

/** One group with the pairs that its raw and its calibrated rewards give. */
export interface TalliedGroup {
  /** Length of each response in code points. */
  readonly lengths: readonly number[];
  readonly raw: PairChoice;
  readonly calibrated: PairChoice;
}

/** Counts groups and their pairs as they come; holds nothing but counts. */
export class PairTally {
  #groups = 0;
  #responses = 0;
  #changed = 0;
  readonly #skipped: Record<SkipReason, number> = {
    single_response: 0,
    equal_rewards: 0,
    below_margin: 0,
    same_text: 0,
  };
  readonly #raw = new LengthSums();
  readonly #calibrated = new LengthSums();

  add({ lengths, raw, calibrated }: TalliedGroup): void {
    this.#groups++;
    this.#responses += lengths.length;
    if (calibrated.skipped !== undefined) this.#skipped[calibrated.skipped]++;
    this.#raw.add(raw.pairs, lengths);
    this.#calibrated.add(calibrated.pairs, lengths);
    const before = new Set(raw.pairs.map((pair) => keyOf(pair, lengths.length)));
    for (const pair of calibrated.pairs) if (!before.has(keyOf(pair, lengths.length))) this.#changed++;
  }

  summary(): PairSummary {
    return {
      groups: this.#groups,
      responses: this.#responses,
      skipped: { ...this.#skipped },
      changed: this.#changed,
      raw: this.#raw.means(),
      calibrated: this.#calibrated.means(),
    };
  }
}

function keyOf({ chosen, rejected }: PreferencePair, size: number): number {
  return chosen * size + rejected;
}

/** Sums of whole numbers: exact up to 2⁵³. */
class LengthSums {
  #pairs = 0;
  #chosen = 0;
  #rejected = 0;

  add(pairs: readonly PreferencePair[], lengths: readonly number[]): void {
    this.#pairs += pairs.length;
    for (const { chosen, rejected } of pairs) {
      this.#chosen += lengths[chosen];
      this.#rejected += lengths[rejected];
    }
  }

  means(): PairLengths {
    const pairs = this.#pairs;
    if (pairs === 0) return { pairs, chosen: null, rejected: null };
    return { pairs, chosen: this.#chosen / pairs, rejected: this.#rejected / pairs };
  }
}
