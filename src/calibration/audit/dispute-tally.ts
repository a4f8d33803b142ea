import { type Contest, MAX_RESPONSES } from './contests.js';
import { TURNED } from './order-change.js';

/** So many disputed pairs are asked about: ten say nearly as much (method, "Few labels"). */
export const LABELS_ASKED = 20;

/** How much of a ranking calibration disputes. Of `best-of-n` a prompt is a pair: its two picks. */
export interface DisputedPool {
  /** N: pairs of responses to one prompt. */
  readonly pairs: number;
  /** D: pairs whose order turns round. A tie before or after calibration is not disputed. */
  readonly disputed: number;
  /** Pairs that are tied either before or after calibration, not both: each can gain or lose a half. */
  readonly halfChanged: number;
  /** f = D ÷ N; 0 without pairs. */
  readonly shareDisputed: number;
  /** f_eff = mean of |s(Δr − Δb) − s(Δr)| over the pairs = (D + ½ · half changed) ÷ N; 0 without pairs. */
  readonly effectiveShare: number;
  /** Prompts with at least two responses. */
  readonly prompts: number;
  /** Prompts with disputed pairs. */
  readonly disputedPrompts: number;
  /** Prompts with a single response, which make no pair. */
  readonly singles: number;
  /** Prompts with so many responses that some were drawn; see {@link MAX_RESPONSES}. */
  readonly drawn: number;
  /** Share of the disputed pairs whose calibrated order prefers the shorter response; null if not known. */
  readonly shorterPreferred: number | null;
}

/**
 * How many pairs must be scored to meet `count` disputed ones: ⌈count ÷ f⌉; null where none is disputed.
 */
export function neededPairs({ pairs, disputed }: DisputedPool, count = LABELS_ASKED): number | null {
  return disputed === 0 ? null : Math.ceil((count * pairs) / disputed);
}

/** Counts pairs prompt by prompt; holds nothing but counts. */
export class DisputeTally {
  #pairs = 0;
  #disputed = 0;
  #halfChanged = 0;
  #prompts = 0;
  #disputedPrompts = 0;
  #singles = 0;
  #drawn = 0;
  #shorter = 0;
  #knowsLengths = true;

  /** Counts the contests of one prompt, which has so many responses. */
  add(contests: readonly Contest[], responses: number, lengths: ArrayLike<number> | undefined): void {
    if (responses === 1) this.#singles++;
    if (contests.length === 0) return;
    if (contests.length > 1 && responses > MAX_RESPONSES) this.#drawn++;
    const before = this.#disputed;
    for (const contest of contests) this.#count(contest, lengths);
    this.#pairs += contests.length;
    this.#prompts++;
    if (this.#disputed > before) this.#disputedPrompts++;
    if (lengths === undefined) this.#knowsLengths = false;
  }

  #count({ first, second, change }: Contest, lengths: ArrayLike<number> | undefined): void {
    if (change === 0) return;
    if (Math.abs(change) < TURNED) {
      this.#halfChanged++;
      return;
    }
    this.#disputed++;
    if (lengths === undefined) return;
    const [preferred, other] = change > 0 ? [first, second] : [second, first];
    if (lengths[preferred] < lengths[other]) this.#shorter++;
  }

  /** What was counted so far. */
  pool(): DisputedPool {
    const pairs = this.#pairs;
    const disputed = this.#disputed;
    const halfChanged = this.#halfChanged;
    return {
      pairs,
      disputed,
      halfChanged,
      shareDisputed: pairs === 0 ? 0 : disputed / pairs,
      effectiveShare: pairs === 0 ? 0 : (disputed + halfChanged / 2) / pairs,
      prompts: this.#prompts,
      disputedPrompts: this.#disputedPrompts,
      singles: this.#singles,
      drawn: this.#drawn,
      shorterPreferred: this.#knowsLengths && disputed > 0 ? this.#shorter / disputed : null,
    };
  }
}
