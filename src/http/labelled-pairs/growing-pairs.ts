import type { Place } from '../../calibration/errors.js';
import {
  assemblePairs,
  type LabelledPairs,
  NO_PROMPT,
  type PairRow,
  promptOf,
} from '../../calibration/evaluation/pairs.js';
import type { MeasuredSamples } from '../../calibration/samples/samples.js';
import { DigestNumbers } from '../fit/digest-numbers.js';
import { GrowingColumn } from '../fit/growing-column.js';
import { GrowingSamples } from '../fit/growing-samples.js';
import { GrowingSubsets } from './growing-subsets.js';
import { type PairForm, sideAt } from './pair-places.js';

/**
 * Labelled pairs that arrive in parts, of which only numbers are kept: 16 bytes and another 16 for each
 * characteristic, 8 for prompt and subset, and up to 32 for each different prompt, of which only 64 bits of
 * the SHA-256 are kept.
 */
export class GrowingPairs {
  readonly #form: PairForm;
  readonly #chosen: GrowingSamples;
  readonly #rejected: GrowingSamples;
  readonly #numbers = new DigestNumbers();
  readonly #prompts = new GrowingColumn(Int32Array);
  readonly #subsets = new GrowingSubsets();

  constructor(form: PairForm, names: readonly string[]) {
    this.#form = form;
    this.#chosen = new GrowingSamples(names);
    this.#rejected = new GrowingSamples(names);
  }

  /** How many responses there are. */
  get responses(): number {
    return this.#chosen.length + this.#rejected.length;
  }

  /** Measures a part; throws as {@link GrowingSamples} and {@link GrowingSubsets}. */
  push(pairs: readonly PairRow[], placeOf: (pair: number) => Place): void {
    const sideOf = (side: 'chosen' | 'rejected') => (pair: number) => sideAt(this.#form, placeOf(pair), side);
    this.#chosen.push({ rows: pairs.map(({ chosen }) => chosen), placeOf: sideOf('chosen') });
    this.#rejected.push({ rows: pairs.map(({ rejected }) => rejected), placeOf: sideOf('rejected') });
    this.#subsets.push(pairs.map(({ subset }) => subset));
    this.#prompts.push(
      Int32Array.from(pairs, (pair) => {
        const prompt = promptOf(pair);
        return prompt === undefined ? NO_PROMPT : this.#numbers.numberOfText(prompt);
      }),
    );
  }

  toPairs(): LabelledPairs {
    const samples = joined(this.#chosen.toSamples(), this.#rejected.toSamples());
    return assemblePairs(samples, this.#prompts.toArray(), this.#subsets.toSubsets());
  }
}

function joined(first: MeasuredSamples, second: MeasuredSamples): MeasuredSamples {
  return {
    rewards: concatenated(first.rewards, second.rewards),
    characteristics: new Map(
      [...first.characteristics].map(([name, column]) => [
        name,
        concatenated(column, second.characteristics.get(name) ?? new Float64Array()),
      ]),
    ),
    unused: [...new Set([...(first.unused ?? []), ...(second.unused ?? [])])],
  };
}

function concatenated(first: Float64Array, second: Float64Array): Float64Array<ArrayBuffer> {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
