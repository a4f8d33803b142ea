import type { SampleWindow } from '../../fitting/sample-window.js';
import type { RecoveryRule } from '../responses/response-recovery.js';

/** How many samples of a window were measured on the response, and how many on the whole text. */
export interface RuleCounts {
  readonly responses: number;
  readonly wholes: number;
}

/** The share of samples that another class of rules may have measured without harm to a fit. */
const MOST_OTHERS = 0.01;

/**
 * Whether samples were measured in two ways, so that no curve is right for them: a prompt counts in the
 * length of a whole text, and in no other.
 */
export function areMixed({ responses, wholes }: RuleCounts): boolean {
  return Math.min(responses, wholes) > MOST_OTHERS * (responses + wholes);
}

/**
 * Which samples of the windows were measured on the whole text, since no rule found a response in it.
 * Samples that came into a window by other ways had their response given.
 */
export class WindowRules {
  readonly #windows = new WeakMap<SampleWindow, WholeTexts>();

  /** The last samples that came into the window, by how their responses were found. */
  added(window: SampleWindow, rules: readonly RecoveryRule[]): void {
    let texts = this.#windows.get(window);
    if (texts === undefined) {
      texts = new WholeTexts(window);
      this.#windows.set(window, texts);
    }
    texts.add(rules);
  }

  /** Of the window's newest samples. */
  count(window: SampleWindow, newest: number): RuleCounts {
    const wholes = this.#windows.get(window)?.count(newest) ?? 0;
    return { responses: newest - wholes, wholes };
  }
}

/** A ring in step with a window: 1 for each sample measured on the whole text. */
class WholeTexts {
  readonly #window: SampleWindow;
  readonly #isWhole: Uint8Array;
  /** Samples seen by the window that this ring holds. */
  #seen: number;

  constructor(window: SampleWindow) {
    this.#window = window;
    this.#isWhole = new Uint8Array(window.capacity);
    this.#seen = window.seen;
  }

  add(rules: readonly RecoveryRule[]): void {
    const { capacity, seen } = this.#window;
    const first = Math.max(seen - rules.length, seen - capacity, 0);
    this.#passOver(first);
    for (let sample = first; sample < seen; sample++)
      this.#isWhole[sample % capacity] = rules[rules.length - (seen - sample)] === 'whole' ? 1 : 0;
    this.#seen = seen;
  }

  count(newest: number): number {
    const { capacity, seen } = this.#window;
    this.#passOver(seen);
    let wholes = 0;
    for (let sample = seen - newest; sample < seen; sample++) wholes += this.#isWhole[sample % capacity] ?? 0;
    return wholes;
  }

  /** Samples up to `seen` came by other ways. */
  #passOver(seen: number): void {
    const { capacity } = this.#window;
    for (let sample = Math.max(this.#seen, seen - capacity); sample < seen; sample++)
      this.#isWhole[sample % capacity] = 0;
    this.#seen = Math.max(this.#seen, seen);
  }
}
