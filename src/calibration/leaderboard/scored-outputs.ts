import { InvalidInput, type Violation } from '../errors.js';
import type { MeasuredSamples } from '../samples.js';

/** What names an output or a baseline: 1 and "1" are different prompts. */
export type PromptId = string | number;

/** Whose output it is, and of which prompt. */
export interface OutputName {
  readonly generator: string;
  readonly promptId: PromptId;
}

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
 * @throws InvalidInput naming the outputs without a baseline, a second output of one generator for one prompt, and a second
 *   baseline of one prompt.
 */
export function placeOutputs(outputs: readonly OutputName[], baseline: readonly PromptId[]): OutputPlaces {
  const violations: Violation[] = [];
  const baselines = numberBaselines(baseline, violations);
  const generators = new Map<string, number>();
  const generatorOf = new Int32Array(outputs.length);
  const baselineOf = new Int32Array(outputs.length);
  const answered = new Set<number>();
  outputs.forEach(({ generator, promptId }, i) => {
    const number = generators.get(generator) ?? generators.size;
    generators.set(generator, number);
    generatorOf[i] = number;
    const prompt = baselines.get(promptId);
    if (prompt === undefined) {
      violations.push({ path: ['outputs', i, 'prompt_id'], message: 'has no entry in "baseline"' });
      return;
    }
    baselineOf[i] = prompt;
    const pair = number * baseline.length + prompt;
    if (answered.has(pair)) {
      violations.push({
        path: ['outputs', i],
        message: 'is a second output of its generator for its prompt',
      });
    }
    answered.add(pair);
  });
  if (violations.length > 0) {
    throw new InvalidInput(`${violations.length} output(s) or baseline(s) do not match`, violations);
  }
  return { generators: [...generators.keys()], generatorOf, baselineOf };
}

function numberBaselines(baseline: readonly PromptId[], violations: Violation[]): Map<PromptId, number> {
  const numbers = new Map<PromptId, number>();
  baseline.forEach((promptId, i) => {
    if (numbers.has(promptId)) {
      violations.push({ path: ['baseline', i, 'prompt_id'], message: 'has a baseline already' });
    }
    numbers.set(promptId, i);
  });
  return numbers;
}
