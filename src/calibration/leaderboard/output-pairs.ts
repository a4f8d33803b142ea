import type { PairColumns } from '../estimators/compared-pairs.js';
import { columnOf } from '../fit/estimate.js';
import { pick } from '../samples/pick.js';
import type { ScoredOutputs } from './scored-outputs.js';

/** Each output and its prompt's baseline as a pair; outputs alone are fitted, as in the paper's code. */
export function outputPairs({ outputs, baseline, baselineOf }: ScoredOutputs): PairColumns {
  return (characteristic) => {
    const first = columnOf(outputs, characteristic);
    const others = columnOf(baseline, characteristic);
    return { first, second: pick(others, baselineOf), fitted: first, others };
  };
}
