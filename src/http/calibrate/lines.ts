import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import { ServiceError } from '../../calibration/errors.js';
import { rowAt, type SampleRow } from '../../calibration/samples/samples.js';
import { UnusedCharacteristics } from '../../calibration/samples/unused.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { calibrateSamples } from '../../service/calibrate-samples.js';
import type { LineAnswers, WrongLine } from '../bodies/line-answers.js';
import type { Line } from '../bodies/ndjson.js';
import { tryEach } from '../bodies/try-each.js';
import { compileLineCheck } from '../schemas/check-line.js';
import { describeLineError } from '../schemas/describe-error.js';
import { rowLine } from '../schemas/samples-schema.js';
import type { Services } from '../services.js';
import type { CalibratedLine, CalibrateParameters } from './schema.js';

/**
 * Calibrates lines as they arrive: one line of answer for every line, in order. A wrong line is answered in
 * its place, changes nothing, and the lines after it are still calibrated. One curve calibrates them all,
 * even when another becomes current meanwhile.
 */
export async function* calibrateLines(
  services: Services,
  curve: VersionedCurve | undefined,
  lines: AsyncIterable<readonly Line[]>,
  options: CalibrateParameters,
): AsyncGenerator<LineAnswers> {
  let calibrated = 0;
  const unused = curve && new UnusedCharacteristics(characteristicsOf(curve.curves));
  if (curve !== undefined) services.metrics.requested(curve.rewardModel, curve.version);
  for await (const batch of lines) {
    const answers = answerBatch(services, curve, batch, options, unused);
    calibrated += answers.length;
    const wrong = answers.filter((answer) => answer instanceof WrongAnswer);
    yield {
      text: answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''),
      hasRight: wrong.length < answers.length,
      wrong,
    };
  }
  services.metrics.batch(calibrated);
}

function answerBatch(
  services: Services,
  curve: VersionedCurve | undefined,
  lines: readonly Line[],
  options: CalibrateParameters,
  unused: UnusedCharacteristics | undefined,
): (CalibratedLine | WrongAnswer)[] {
  const checked = lines.map(checkLine);
  const rows = checked.flatMap((line) => ('value' in line ? [line.value] : []));
  const calibrateAll = (together: readonly IdentifiedRow[]) =>
    calibrateRows(services, curve, together, options);
  const answers = tryEach(rows, calibrateAll).values();
  return checked.map((line, i) => {
    const answer = 'value' in line ? answers.next().value : line.error;
    if (answer === undefined) throw new Error('a row was not calibrated');
    if (!(answer instanceof ServiceError))
      return 'value' in line ? withUnused(answer, line.value, unused) : answer;
    return new WrongAnswer(lines[i]?.number ?? 0, answer);
  });
}

/** The answer to a wrong line. */
class WrongAnswer implements WrongLine {
  readonly number: number;
  readonly error: ServiceError;

  constructor(number: number, error: ServiceError) {
    this.number = number;
    this.error = error;
  }

  toJSON(): CalibratedLine {
    return { error: describeLineError(this.error, this.number) };
  }
}

/** The answer, with the characteristics of its row that the curve does not use and no row before it had. */
function withUnused(
  answer: CalibratedLine,
  row: SampleRow,
  unused: UnusedCharacteristics | undefined,
): CalibratedLine {
  const found = row.characteristics && unused?.add({ rows: [row] });
  return found !== undefined && found.length > 0 ? { ...answer, unused: found } : answer;
}

/** A row that may have a name. */
interface IdentifiedRow extends SampleRow {
  readonly id?: string | number | undefined;
}

const checkLine = compileLineCheck(rowLine);

/** The answers to the rows. The place of an error is relative to its row. */
function calibrateRows(
  services: Services,
  curve: VersionedCurve | undefined,
  rows: readonly IdentifiedRow[],
  options: CalibrateParameters,
): CalibratedLine[] {
  if (rows.length === 0) return [];
  const samples = { rows, placeOf: () => rowAt([]) };
  const { rewards, biases, extrapolated } = calibrateSamples(services, curve, samples, options);
  const outside = new Set(extrapolated);
  return Array.from(rewards, (reward, i) => ({
    ...(rows[i]?.id !== undefined && { id: rows[i].id }),
    reward,
    ...(options.includeBiases && { bias: biases[i] }),
    ...(outside.has(i) && { extrapolated: true }),
  }));
}
