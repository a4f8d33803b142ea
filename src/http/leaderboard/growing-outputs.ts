import { brokenRule, type Place } from '../../calibration/errors.js';
import type { ScoredOutputs } from '../../calibration/leaderboard/scored-outputs.js';
import { Numbering } from '../../calibration/samples/numbering.js';
import { indicesWhere } from '../../calibration/samples/pick.js';
import { type MeasuredSamples, rowAt, selectSamples } from '../../calibration/samples/samples.js';
import { Violations } from '../../calibration/violations.js';
import { DigestNumbers } from '../fit/digest-numbers.js';
import { GrowingColumn } from '../fit/growing-column.js';
import { GrowingSamples } from '../fit/growing-samples.js';
import { OutputPairNumbers } from './output-pair-numbers.js';
import { DEFAULT_BASELINE_REWARD, type OutputRow, promptNameOf } from './schema.js';

/** Names are kept and answered: more of them would make memory grow with the lines. */
const MAX_GENERATORS = 10_000;

/** A row, and the number of its line. */
export interface NumberedRow {
  readonly row: OutputRow;
  readonly number: number;
}

/** The lines of outputs and baselines, in their order. */
export interface OutputLines {
  readonly outputs: Int32Array<ArrayBuffer>;
  readonly baseline: Int32Array<ArrayBuffer>;
}

/** Of a prompt: there is no baseline. */
const NONE = -1;

/**
 * Outputs that arrive in parts, of which only numbers are kept: 20 bytes and 8 for each characteristic, up to
 * 32 to know a second output of a generator for a prompt, and up to 32 for each different prompt, of which
 * only 64 bits of the SHA-256 are kept.
 */
export class GrowingOutputs {
  readonly #baseline: string;
  readonly #samples: GrowingSamples;
  readonly #lines = new GrowingColumn(Int32Array);
  readonly #generatorOf = new GrowingColumn(Int32Array);
  readonly #promptOf = new GrowingColumn(Int32Array);
  readonly #generators = new Numbering<string>();
  readonly #prompts = new DigestNumbers();
  readonly #seen = new OutputPairNumbers();

  /** @param baseline the generator whose outputs are the baseline. */
  constructor(baseline: string, names: readonly string[]) {
    this.#baseline = baseline;
    this.#samples = new GrowingSamples(names);
    // The first number is the baseline's.
    this.#generators.numberOf(baseline);
  }

  /** How many there are. */
  get length(): number {
    return this.#samples.length;
  }

  /**
   * Measures a part.
   *
   * @throws InvalidInput where an output has no reward, a generator has a second output for a prompt, or
   *   there are too many generators; as {@link GrowingSamples}.
   */
  push(rows: readonly NumberedRow[]): void {
    const lines = Int32Array.from(rows, ({ number }) => number);
    const placeOf = (row: number): Place => ['lines', lines[row] ?? 0];
    const generators = Int32Array.from(rows, ({ row }) => this.#generators.numberOf(row.generator));
    const prompts = Int32Array.from(rows, ({ row }) => this.#prompts.numberOfText(promptNameOf(row)));
    for (const [i, { row }] of rows.entries()) {
      if (row.reward === undefined && row.generator !== this.#baseline)
        throw brokenRule(
          [...placeOf(i), 'reward'],
          'is needed: only outputs of the baseline may leave it out',
        );
      if (!this.#seen.add(generators[i] ?? 0, prompts[i] ?? 0))
        throw brokenRule(placeOf(i), 'is a second output of its generator for its prompt');
    }
    if (this.#generators.size > MAX_GENERATORS)
      throw brokenRule([], `more than ${MAX_GENERATORS} generators`, 'too-many-samples');
    this.#samples.push({
      rows: rows.map(({ row: { reward = DEFAULT_BASELINE_REWARD, ...row } }) => ({ ...row, reward })),
      placeOf: (row) => rowAt(placeOf(row)),
    });
    this.#lines.push(lines);
    this.#generatorOf.push(generators);
    this.#promptOf.push(prompts);
  }

  /**
   * Outputs and baselines apart.
   *
   * @throws InvalidInput where the baseline, or another generator, has no output, or an output no baseline.
   */
  toOutputs(): { readonly scored: ScoredOutputs; readonly lines: OutputLines } {
    const generatorOf = this.#generatorOf.toArray();
    const promptOf = this.#promptOf.toArray();
    const lines = this.#lines.toArray();
    const isBaseline = (row: number) => generatorOf[row] === 0;
    const baselines = indicesWhere(lines.length, isBaseline);
    const outputs = indicesWhere(lines.length, (row) => !isBaseline(row));
    if (baselines.length === 0) throw brokenRule(['baseline'], 'is the generator of no line');
    if (outputs.length === 0) throw brokenRule([], 'all lines are of the baseline: there is nothing to rank');
    const baselineOf = this.#baselinesOf(outputs, baselines, promptOf, lines);
    const { unused, ...samples } = this.#samples.toSamples();
    const measured: MeasuredSamples = selectSamples(samples, outputs);
    const [, ...generators] = this.#generators.names;
    return {
      scored: {
        generators,
        generatorOf: picked(generatorOf, outputs).map((number) => number - 1),
        baselineOf,
        outputs: { ...measured, groups: baselineOf, unused },
        baseline: selectSamples(samples, baselines),
      },
      lines: { outputs: picked(lines, outputs), baseline: picked(lines, baselines) },
    };
  }

  /** The place among the baselines of each output's. */
  #baselinesOf(
    outputs: Uint32Array,
    baselines: Uint32Array,
    promptOf: Int32Array,
    lines: Int32Array,
  ): Int32Array<ArrayBuffer> {
    const byPrompt = new Int32Array(this.#prompts.size).fill(NONE);
    for (const [place, row] of baselines.entries()) byPrompt[promptOf[row] ?? 0] = place;
    const found = new Violations();
    const baselineOf = new Int32Array(outputs.length);
    for (let i = 0; i < outputs.length && !found.isFull; i++) {
      const row = outputs[i] ?? 0;
      baselineOf[i] = byPrompt[promptOf[row] ?? 0] ?? NONE;
      if (baselineOf[i] === NONE)
        found.add(['lines', lines[row] ?? 0], 'has no output of the baseline for its prompt');
    }
    found.refuse((count) => `${count} output(s) have no baseline`);
    return baselineOf;
  }
}

function picked(numbers: Int32Array, indices: Uint32Array): Int32Array<ArrayBuffer> {
  const some = new Int32Array(indices.length);
  for (let i = 0; i < some.length; i++) some[i] = numbers[indices[i] ?? 0] ?? 0;
  return some;
}
