/** 64 bits, as two whole numbers from 0 to 2³² − 1. */
export type Words = readonly [low: number, high: number];

/** Rotations of Threefry-2x32, round by round. */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

const ROUNDS = 20;

/** Threefish's parity constant for words of 32 bits: no key is all zeros to the rounds. */
const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds: a one-to-one map of 64 bits for every key, whose outputs for neighbouring
 * counters or keys no test of TestU01's BigCrush tells from random. Additions, rotations and XOR of 32 bits
 * alone: the same on every machine.
 *
 * Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC'11; the
 * generator of JAX.
 */
export function threefry([key0, key1]: Words, [counter0, counter1]: Words): Words {
  const keys = [key0, key1, PARITY ^ key0 ^ key1];
  let x = (counter0 + key0) | 0;
  let y = (counter1 + key1) | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const by = ROTATIONS[round % 8];
    x = (x + y) | 0;
    y = ((y << by) | (y >>> (32 - by))) ^ x;
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    x = (x + keys[injection % 3]) | 0;
    y = (y + keys[(injection + 1) % 3] + injection) | 0;
  }
  return [x >>> 0, y >>> 0];
}

/** Code units in a block of 64 bits. */
const BLOCK = 4;

/**
 * 64 bits that stand for a text: its UTF-16 code units, and their number, by Threefry as Matyas, Meyer and
 * Oseas (1985) make a hash of a cipher: state ← cipher(key = state, block) ⊕ block. Equal texts have equal
 * bits on every machine; of a million different texts two are equal with probability 3e-8.
 */
export function hashText(text: string): Words {
  let state: Words = [text.length, 0];
  for (let start = 0; start < text.length; start += BLOCK) {
    const block: Words = [unitPair(text, start), unitPair(text, start + 2)];
    const [low, high] = threefry(state, block);
    state = [(low ^ block[0]) >>> 0, (high ^ block[1]) >>> 0];
  }
  return state;
}

function unitPair(text: string, at: number): number {
  const first = at < text.length ? text.charCodeAt(at) : 0;
  const second = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
  return (first | (second << 16)) >>> 0;
}

/** A whole number from 0 to 2⁵³ − 1 as 64 bits. */
export function wordsOf(number: number): Words {
  return [number >>> 0, Math.floor(number / 2 ** 32)];
}

/** Whether the first 64 bits are the smaller number: −1, 0 or 1, as a comparison for sorting. */
export function compareWords(one: Words, other: Words): number {
  return Math.sign(one[1] - other[1]) || Math.sign(one[0] - other[0]);
}
