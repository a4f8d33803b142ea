import { brokenRule, type Place } from '../../calibration/errors.js';
import { assembleCompletions, type CompletionRows } from '../../calibration/evaluation/completions.js';
import type { LabelledPairs } from '../../calibration/evaluation/pairs.js';
import { subsetNamed, TIES_SUBSET } from '../../calibration/evaluation/reward-bench-2.js';
import { Numbering } from '../../calibration/samples/numbering.js';
import { GrowingColumn } from '../fit/growing-column.js';
import { GrowingSamples } from '../fit/growing-samples.js';
import { GrowingSubsets } from './growing-subsets.js';
import { completionAt } from './pair-places.js';
import { type RewardBench2Row, readCompletions, readTiesId } from './reward-bench-2-schema.js';

/** The number of a row that is not of Ties. */
const NO_TIES = -1;

/** Rows of RewardBench 2 that arrive in parts, of which only numbers are kept. */
export class GrowingCompletions {
  readonly #samples: GrowingSamples;
  readonly #sizes = new GrowingColumn(Int32Array);
  readonly #correct = new GrowingColumn(Int32Array);
  readonly #ties = new GrowingColumn(Int32Array);
  readonly #subsets = new GrowingSubsets();
  readonly #prompts = new Numbering<number>();
  readonly #seen = new Set<number>();
  #firstOfTies: Place | undefined;
  #pairs = 0;

  constructor(names: readonly string[]) {
    this.#samples = new GrowingSamples(names);
  }

  /** How many responses there are in them, or in the pairs that they make if those are more. */
  get responses(): number {
    return Math.max(this.#samples.length, 2 * this.#pairs);
  }

  /**
   * Measures a part.
   *
   * @throws InvalidInput where two rows of Ties have one id; as {@link GrowingSamples}.
   */
  push(rows: readonly RewardBench2Row[], placeOf: (row: number) => Place): void {
    const completions = rows.map(readCompletions);
    const places = completions.flatMap((of, row) => of.map((_, item) => [row, item] as const));
    this.#samples.push({
      rows: completions.flat(),
      placeOf: (sample) => {
        const [row, item] = places[sample] ?? [0, 0];
        return completionAt(placeOf(row), item);
      },
    });
    this.#sizes.push(Int32Array.from(completions, ({ length }) => length));
    this.#correct.push(Int32Array.from(rows, ({ num_correct: correct }) => correct ?? 1));
    this.#subsets.push(rows.map(({ subset }) => subsetNamed(subset)));
    this.#ties.push(Int32Array.from(rows, (row, i) => this.#tiesNumber(row, () => placeOf(i))));
    for (const { scores, num_correct: correct } of rows)
      this.#pairs += (correct ?? 1) * (scores.length - (correct ?? 1));
  }

  /** See `Completions.ties`. */
  #tiesNumber({ subset, id }: RewardBench2Row, placeOf: () => Place): number {
    const read = subsetNamed(subset) === TIES_SUBSET ? readTiesId(id) : undefined;
    if (read === undefined) return NO_TIES;
    const number = 2 * this.#prompts.numberOf(read.prompt) + Number(read.isTied);
    if (this.#seen.has(number)) throw brokenRule([...placeOf(), 'id'], 'is the id of an earlier row');
    this.#seen.add(number);
    this.#firstOfTies ??= placeOf();
    return number;
  }

  /** @throws InvalidInput where no prompt of Ties has both its rows: the score would be 0 ÷ 0. */
  toPairs(): LabelledPairs {
    if (this.#firstOfTies !== undefined && !this.#hasWholePrompt())
      throw brokenRule(
        [...this.#firstOfTies, 'id'],
        'no prompt of Ties has both rows, "ref:N" and "tied:N": its score needs one that has',
      );
    const rows: CompletionRows = {
      sizes: this.#sizes.toArray(),
      correct: this.#correct.toArray(),
      ties: this.#ties.toArray(),
      subsets: this.#subsets.toSubsets(),
    };
    return assembleCompletions(this.#samples.toSamples(), rows);
  }

  #hasWholePrompt(): boolean {
    return [...this.#seen].some((number) => number % 2 === 1 && this.#seen.has(number - 1));
  }
}
