import { returningWarnings } from '../../calibration/audit/dispute-warnings.js';
import { DisputeSearch, type DrawSettings, type ResponseId } from '../../calibration/audit/disputed-pairs.js';
import { atFullStrength, characteristicsOf } from '../../calibration/curve/bias-curve.js';
import { calibrateColumns, refuseNotFinite } from '../../calibration/curve/calibrate.js';
import { fitTolerance } from '../../calibration/curve/fit-tolerance.js';
import { brokenRule, type Place } from '../../calibration/errors.js';
import { isLength } from '../../calibration/samples/characteristics.js';
import { measure, rowAt } from '../../calibration/samples/samples.js';
import { UnusedCharacteristics } from '../../calibration/samples/unused.js';
import { unusedWarnings } from '../../calibration/warnings/unused-warnings.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { identityOf } from '../../curves/curve-identity.js';
import type { Line } from '../bodies/ndjson.js';
import { compileLineReader } from '../schemas/check-line.js';
import { NEEDS_RESPONSE, textOf } from './job.js';
import { nameOfPrompt, ReturningPrompts } from './prompt-names.js';
import { ResponseIds } from './response-ids.js';
import { type IdentifiedRow, identifiedLine, type WantedTexts, wantsTexts } from './schema.js';
import { type AskedTexts, type FinishedSearch, toFinished } from './search.js';

/** How lines are searched. */
export interface LineSearch {
  readonly curve: VersionedCurve;
  readonly draw: DrawSettings;
  readonly texts: WantedTexts;
  /** Characters of the lines that make one group. */
  readonly limit: number;
}

/** Characters that a line counts besides what is kept of its text. */
const LINE_OVERHEAD = 100;

const rowOf = compileLineReader(identifiedLine);

/**
 * Seeks disputed pairs in lines as they arrive; consecutive lines with the same prompt are a group. Holds one
 * group, and of the others the pairs that are asked about so far: memory does not grow with the lines.
 *
 * @throws the error of the first wrong line, with its number; InvalidInput `too-many-samples` where the lines
 *   of one prompt have more than `limit` characters.
 */
export async function searchLines(
  lines: AsyncIterable<readonly Line[]>,
  search: LineSearch,
): Promise<FinishedSearch> {
  const { curve, draw } = search;
  const names = characteristicsOf(curve.curves);
  const [first = ''] = names;
  const curves = atFullStrength(curve.curves);
  const groups = new LineGroups(search);
  const unused = new UnusedCharacteristics(names);
  let responses = 0;
  let extrapolated = 0;
  for await (const batch of lines) {
    const rows = batch.map(rowOf);
    const placeOf = (row: number): Place => ['lines', batch[row]?.number ?? 0];
    const samples = { rows, placeOf: (row: number) => rowAt(placeOf(row)) };
    const measured = measure(samples, names);
    const calibrated = calibrateColumns(measured, curves, false);
    refuseNotFinite(calibrated.rewards, (row) => [...placeOf(row), 'reward']);
    responses += rows.length;
    extrapolated += calibrated.extrapolated.length;
    unused.add(samples);
    const lengths = isLength(first) ? measured.characteristics.get(first) : undefined;
    for (const [i, row] of rows.entries())
      groups.add(row, { bias: calibrated.biases[i] ?? 0, length: lengths?.[i] }, placeOf(i));
  }
  const found = groups.finish();
  const warnings = [
    ...unusedWarnings({ unused: unused.found }, names),
    ...returningWarnings(groups.returned),
  ];
  return toFinished(found, draw, identityOf(curve), { responses, extrapolated, warnings });
}

/** The number of the growing group: only its ids are remembered. */
const THE_GROWING = 0;

/** The group that grows line after line. */
interface GrowingGroup {
  readonly prompt: string;
  readonly rewards: number[];
  readonly biases: number[];
  readonly lengths: number[];
  readonly ids: ResponseId[];
  readonly texts: AskedTexts[];
  size: number;
}

class LineGroups {
  readonly #search: DisputeSearch<AskedTexts>;
  readonly #wanted: WantedTexts;
  readonly #limit: number;
  readonly #tolerance: number;
  readonly #responseIds = new ResponseIds();
  readonly #returning = new ReturningPrompts();
  #growing: GrowingGroup | undefined;

  constructor({ curve, draw, texts, limit }: LineSearch) {
    this.#search = new DisputeSearch(draw);
    this.#tolerance = fitTolerance(curve.curves);
    this.#wanted = texts;
    this.#limit = limit;
  }

  add(
    { prompt = '', id, reward, response }: IdentifiedRow,
    { bias, length }: { bias: number; length: number | undefined },
    place: Place,
  ): void {
    if (this.#growing?.prompt !== prompt) this.#complete();
    this.#growing ??= emptyGroup(prompt);
    const group = this.#growing;
    const broken = this.#responseIds.brokenBy(id, THE_GROWING);
    if (broken !== undefined) throw brokenRule([...place, 'id'], broken);
    if (id !== undefined) group.ids.push(id);
    if (wantsTexts(this.#wanted)) {
      if (this.#wanted.responses && response === undefined)
        throw brokenRule([...place, 'response'], NEEDS_RESPONSE);
      // One prompt's text is enough for its group.
      group.texts.push(textOf({ prompt: group.prompt, response }, this.#wanted));
    }
    group.rewards.push(reward);
    group.biases.push(bias);
    if (length !== undefined) group.lengths.push(length);
    group.size += LINE_OVERHEAD + sizeOf(id) + (this.#wanted.responses ? (response?.length ?? 0) : 0);
    if (group.size <= this.#limit) return;
    const message = `the lines of one prompt have more than ${this.#limit} characters (LINE_LIMIT)`;
    throw brokenRule(place, message, 'too-many-samples');
  }

  finish() {
    this.#complete();
    return this.#search.result();
  }

  /** How many groups have the prompt of an earlier one, once all are complete. */
  get returned(): number {
    return this.#returning.count;
  }

  #complete(): void {
    if (this.#growing === undefined) return;
    const { prompt, rewards, biases, lengths, ids, texts } = this.#growing;
    this.#growing = undefined;
    this.#responseIds.forget(THE_GROWING);
    this.#returning.add(prompt);
    const carried = texts.length > 0 ? texts : undefined;
    const known = lengths.length > 0 ? lengths : undefined;
    this.#search.add({
      prompt: nameOfPrompt(prompt),
      rewards,
      biases,
      tolerance: this.#tolerance,
      lengths: known,
      ids: this.#responseIds.areNamed ? ids : undefined,
      carried,
    });
  }
}

function emptyGroup(prompt: string): GrowingGroup {
  return { prompt, rewards: [], biases: [], lengths: [], ids: [], texts: [], size: 0 };
}

function sizeOf(id: ResponseId | undefined): number {
  return id === undefined ? 0 : String(id).length;
}
