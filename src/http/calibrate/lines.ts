import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import { ServiceError } from '../../calibration/errors.js';
import { MAX_CHARACTERISTICS, rowAt, type SampleRow } from '../../calibration/samples/samples.js';
import { unusedCharacteristics } from '../../calibration/samples/unused.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { calibrateSamples } from '../../service/calibrate-samples.js';
import type { Line } from '../bodies/ndjson.js';
import { tryEach } from '../bodies/try-each.js';
import { compileCheck } from '../schemas/check-body.js';
import { describeLineError } from '../schemas/describe-error.js';
import { rowLine } from '../schemas/samples-schema.js';
import type { Services } from '../services.js';
import type { CalibratedLine, CalibrateParameters } from './schema.js';

/** A line that was checked: a row, or what is wrong with it. */
type CheckedLine = { readonly row: SampleRow } | { readonly error: ServiceError };

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
): AsyncGenerator<string> {
  let calibrated = 0;
  const unused = new NewlyUnused(curve);
  for await (const batch of lines) {
    const answers = answerBatch(services, curve, batch, options, unused);
    calibrated += answers.length;
    yield answers.map((answer) => `${JSON.stringify(answer)}\n`).join('');
  }
  services.metrics.batch(calibrated);
}

function answerBatch(
  services: Services,
  curve: VersionedCurve | undefined,
  lines: readonly Line[],
  options: CalibrateParameters,
  unused: NewlyUnused,
): CalibratedLine[] {
  const checked = lines.map(checkLine);
  const rows = checked.flatMap((line) => ('row' in line ? [line.row] : []));
  const calibrateAll = (together: readonly SampleRow[]) => calibrateRows(services, curve, together, options);
  const answers = tryEach(rows, calibrateAll).values();
  return checked.map((line, i) => {
    const answer = 'row' in line ? answers.next().value : line.error;
    if (answer === undefined) throw new Error('a row was not calibrated');
    if (!(answer instanceof ServiceError)) return 'row' in line ? unused.addedTo(answer, line.row) : answer;
    return { error: describeLineError(answer, lines[i]?.number ?? 0) };
  });
}

/** The characteristics that the curve does not use, each named once: in the first line that has it. */
class NewlyUnused {
  readonly #used: readonly string[] | undefined;
  readonly #named = new Set<string>();

  constructor(curve: VersionedCurve | undefined) {
    this.#used = curve && characteristicsOf(curve.curves);
  }

  addedTo(answer: CalibratedLine, row: SampleRow): CalibratedLine {
    if (this.#used === undefined || row.characteristics === undefined) return answer;
    if (this.#named.size >= MAX_CHARACTERISTICS) return answer;
    const unused = unusedCharacteristics({ rows: [row] }, [...this.#used, ...this.#named]);
    for (const name of unused) this.#named.add(name);
    return unused.length > 0 ? { ...answer, unused } : answer;
  }
}

const checkRow = compileCheck(rowLine);

function checkLine(line: Line): CheckedLine {
  if ('error' in line) return line;
  const checked = checkRow(line.value);
  return 'error' in checked ? checked : { row: checked.value };
}

/** The answers to the rows. The place of an error is relative to its row. */
function calibrateRows(
  services: Services,
  curve: VersionedCurve | undefined,
  rows: readonly SampleRow[],
  options: CalibrateParameters,
): CalibratedLine[] {
  if (rows.length === 0) return [];
  const samples = { rows, placeOf: () => rowAt([]) };
  const { rewards, biases, extrapolated } = calibrateSamples(services, curve, samples, options);
  const outside = new Set(extrapolated);
  return Array.from(rewards, (reward, i) => ({
    reward,
    ...(options.includeBiases && { bias: biases[i] }),
    ...(outside.has(i) && { extrapolated: true }),
  }));
}
