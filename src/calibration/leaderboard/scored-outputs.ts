import { Numbering } from '../samples/numbering.js';
import type { MeasuredSamples } from '../samples/samples.js';
import { Violations } from '../violations.js';

/** What names an output or a baseline: 1 and "1" are different prompts. */
export type PromptId = string | number;

/** The generator and the prompt of an output. */
export interface OutputName {
  readonly generator: string;
  readonly promptId: PromptId;
}

/** The field that names the prompt of an output or a baseline. */
export type PromptField = (list: 'outputs' | 'baseline', row: number) => 'prompt_id' | 'prompt';

/** Which generator gave each output, and which baseline it is compared with. */
export interface OutputPlaces {
  /** Names, each once, in order of first appearance. */
  readonly generators: readonly string[];
  /** Of each output, the index of its generator. */
  readonly generatorOf: Int32Array<ArrayBuffer>;
  /** Of each output, the index of its prompt's baseline. */
  readonly baselineOf: Int32Array<ArrayBuffer>;
}

/** Scored outputs of several generators and the baselines of their prompts, as numbers. */
export interface ScoredOutputs extends OutputPlaces {
  readonly outputs: MeasuredSamples;
  readonly baseline: MeasuredSamples;
}

/**
 * Finds generator and baseline of every output.
 *
 * @param baseline the prompt of each baseline.
 * @param fieldOf the field that names the prompt in what the caller sent.
 * @throws InvalidInput naming the outputs without a baseline, a second output of one generator for one
 *   prompt, and a second baseline of one prompt.
 */
export function placeOutputs(
  outputs: readonly OutputName[],
  baseline: readonly PromptId[],
  fieldOf: PromptField = () => 'prompt_id',
): OutputPlaces {
  const found = new Violations();
  const baselines = numberBaselines(baseline, fieldOf, found);
  const generators = new Numbering<string>();
  const generatorOf = new Int32Array(outputs.length);
  const baselineOf = new Int32Array(outputs.length);
  const answered = new Set<number>();
  for (let i = 0; i < outputs.length && !found.isFull; i++) {
    const { generator, promptId } = outputs[i];
    const number = generators.numberOf(generator);
    generatorOf[i] = number;
    const prompt = baselines.get(promptId);
    if (prompt === undefined) {
      found.add(['outputs', i, fieldOf('outputs', i)], 'has no entry in "baseline"');
      continue;
    }
    baselineOf[i] = prompt;
    const pair = number * baseline.length + prompt;
    if (answered.has(pair)) found.add(['outputs', i], 'is a second output of its generator for its prompt');
    answered.add(pair);
  }
  found.refuse((count) => `${count} output(s) or baseline(s) do not match`);
  return { generators: generators.names, generatorOf, baselineOf };
}

function numberBaselines(
  baseline: readonly PromptId[],
  fieldOf: PromptField,
  found: Violations,
): Map<PromptId, number> {
  const numbers = new Map<PromptId, number>();
  for (let i = 0; i < baseline.length && !found.isFull; i++) {
    if (numbers.has(baseline[i]))
      found.add(['baseline', i, fieldOf('baseline', i)], 'has a baseline already');
    numbers.set(baseline[i], i);
  }
  return numbers;
}
