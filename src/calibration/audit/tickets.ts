import { compareWords, hashText, threefry, type Words, wordsOf } from '../statistics/threefry.js';

/** The lottery number of a pair, the smaller the sooner, and which of its responses is on the left. */
export interface PairTicket {
  /** From 0 to 2⁵³ − 1. */
  readonly number: number;
  readonly firstLeft: boolean;
}

/** The tickets of the responses to one prompt, by their places in the group. */
export interface Tickets {
  /** Which of two responses is drawn first: below 0 for the first, above 0 for the second. */
  compare(first: number, second: number): number;
  /** The ticket of a pair; but for the side, the same in either order. */
  pairTicket(first: number, second: number): PairTicket;
}

/**
 * Draws by hashing (bottom-k sampling; Cohen and Kaplan 2007, "Summarizing data using bottom-k sketches"):
 * every pair has 53 random bits that depend on the seed and on the ids of its two responses alone, and the
 * smallest numbers are taken. Neither the order of the responses nor that of the groups matters, and a stream
 * needs to remember only the smallest so far.
 */
export class Lottery {
  readonly #seed: number;

  /** @param seed a whole number of 32 bits. */
  constructor(seed: number) {
    this.#seed = seed >>> 0;
  }

  /**
   * The tickets of a prompt's responses.
   *
   * @param prompt its name; without one, ids must differ between prompts, too.
   * @param idOf a response's name, or its place among all samples.
   */
  enter(prompt: string | undefined, idOf: (response: number) => string | number): Tickets {
    // Made when first asked for: most responses are in no disputed pair.
    let key: Words | undefined;
    const known: Words[] = [];
    const ticketOf = (response: number) => {
      key ??= this.#keyOf(prompt);
      known[response] ??= ticket(key, idOf(response));
      return known[response];
    };
    return {
      compare: (first, second) => compareWords(ticketOf(first), ticketOf(second)),
      pairTicket: (first, second) => toPairTicket(ticketOf(first), ticketOf(second)),
    };
  }

  #keyOf(prompt: string | undefined): Words {
    return prompt === undefined
      ? threefry([this.#seed, 0], [0, 0])
      : threefry([this.#seed, 1], hashText(prompt));
  }
}

function ticket(key: Words, id: string | number): Words {
  return threefry(key, typeof id === 'number' ? wordsOf(id) : hashText(id));
}

function toPairTicket(first: Words, second: Words): PairTicket {
  const isOrdered = compareWords(first, second) <= 0;
  const [low, high] = isOrdered ? threefry(first, second) : threefry(second, first);
  // 32 + 21 bits for the number; the lowest, which it does not use, for the side of the smaller ticket.
  return { number: high * 2 ** 21 + (low >>> 11), firstLeft: isOrdered === ((low & 1) === 0) };
}
