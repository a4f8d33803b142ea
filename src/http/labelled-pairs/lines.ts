import type { Place } from '../../calibration/errors.js';
import type { Protocol } from '../../calibration/evaluation/accuracy.js';
import type { LabelledPairs, PairRow } from '../../calibration/evaluation/pairs.js';
import { emptyBody } from '../bodies/json.js';
import type { Line } from '../bodies/ndjson.js';
import { GrowingColumn } from '../fit/growing-column.js';
import { checkLineCount } from '../fit/lines.js';
import { compileLineReader } from '../schemas/check-line.js';
import { GrowingCompletions } from './growing-completions.js';
import { GrowingPairs } from './growing-pairs.js';
import { refuseOtherProtocol } from './other-protocol.js';
import type { PairForm, PairPlaces } from './pair-places.js';
import { rewardBench2Line } from './reward-bench-2-schema.js';
import { pairLine, readRow, rewardBenchLine } from './schema.js';

/** Labelled pairs that came as lines. */
export interface PairLines {
  readonly pairs: LabelledPairs;
  readonly places: PairPlaces;
}

/** Lines of one form as they are read, checked and reduced to numbers. */
interface GrowingForm {
  readonly responses: number;
  push(batch: readonly Line[], placeOf: (line: number) => Place): void;
  toPairs(): LabelledPairs;
}

const pairOf = compileLineReader(pairLine);
const rewardBenchOf = compileLineReader(rewardBenchLine);
const completionsOf = compileLineReader(rewardBench2Line);

/**
 * Reduces lines to numbers as they arrive: pairs, or rows of RewardBench (the first line says which, all have
 * one form), or with its protocol rows of RewardBench 2.
 *
 * @throws the error of the first wrong line, with its number; Unreadable `empty-body` where there is none;
 *   InvalidInput `too-many-samples` as soon as there are more than `limit` responses.
 */
export async function collectPairs(
  lines: AsyncIterable<readonly Line[]>,
  protocol: Protocol | undefined,
  names: readonly string[],
  limit: number,
): Promise<PairLines> {
  const numbers = new GrowingColumn(Int32Array);
  let form: PairForm | undefined;
  let growing: GrowingForm | undefined;
  for await (const batch of lines) {
    const [first] = batch;
    if (first === undefined) continue;
    form ??= formOf(first, protocol);
    growing ??= growingForm(form, names);
    for (const line of batch)
      if ('value' in line) refuseOtherProtocol(line.value, protocol, ['lines', line.number]);
    growing.push(batch, (line) => ['lines', batch[line]?.number ?? 0]);
    numbers.push(Int32Array.from(batch, ({ number }) => number));
    checkLineCount(growing.responses, limit, 'responses');
  }
  if (growing === undefined || form === undefined) throw emptyBody();
  return { pairs: growing.toPairs(), places: { form, lines: numbers.toArray() } };
}

function formOf(line: Line, protocol: Protocol | undefined): PairForm {
  if (protocol === 'reward-bench-2') return 'completions';
  const value = 'value' in line ? line.value : undefined;
  const isRow =
    typeof value === 'object' && value !== null && ('scores_chosen' in value || 'scores_rejected' in value);
  return isRow ? 'rows' : 'pairs';
}

function growingForm(form: PairForm, names: readonly string[]): GrowingForm {
  if (form === 'completions') {
    const rows = new GrowingCompletions(names);
    return growingBy(rows, (batch, placeOf) => rows.push(batch.map(completionsOf), placeOf));
  }
  const pairs = new GrowingPairs(form, names);
  const read = form === 'pairs' ? pairOf : (line: Line): PairRow => readRow(rewardBenchOf(line));
  return growingBy(pairs, (batch, placeOf) => pairs.push(batch.map(read), placeOf));
}

function growingBy(growing: GrowingPairs | GrowingCompletions, push: GrowingForm['push']): GrowingForm {
  return {
    get responses() {
      return growing.responses;
    },
    push,
    toPairs: () => growing.toPairs(),
  };
}
