import type { ResponseId } from '../../calibration/audit/disputed-pairs.js';
import { brokenRule } from '../../calibration/errors.js';
import { groupsOf, measure, type Samples } from '../../calibration/samples/samples.js';
import { unusedCharacteristics } from '../../calibration/samples/unused.js';
import { Violations } from '../../calibration/violations.js';
import { checkSize } from '../../service/check-size.js';
import { readArrow } from '../bodies/arrow-read.js';
import { ARROW_STREAM } from '../bodies/arrow-stream.js';
import { parseJson } from '../bodies/json.js';
import { type FindCurve, namesOf } from '../jobs/curve-or-settings.js';
import { asBuffer, type Unread } from '../jobs/job.js';
import { readCurveOrSettings } from '../jobs/read-curve-or-settings.js';
import { checkOrThrow } from '../schemas/check-body.js';
import { refuseQuery } from '../schemas/query.js';
import { readSamples } from '../schemas/samples-schema.js';
import {
  type DisputedPairsBody,
  type DisputedPairsQuery,
  disputedPairsBody,
  type IdentifiedRow,
  NEEDS_GROUPS,
  NO_TEXT,
  readDraw,
  readTexts,
  type WantedTexts,
  wantsTexts,
} from './schema.js';
import type { AskedTexts, DisputeRequest, ResponseNames } from './search.js';

/**
 * Reads a request: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: for anything wrong with a body; otherwise as `findCurve`.
 */
export async function readDisputes(
  { format, body, query, maxSamples }: Unread<DisputedPairsQuery>,
  findCurve: FindCurve,
): Promise<DisputeRequest> {
  if (format === ARROW_STREAM) {
    if (wantsTexts(readTexts(query))) throw brokenRule(['include'], NO_TEXT);
    return measureDisputes(query, { columns: readArrow(body) }, undefined, maxSamples, findCurve);
  }
  refuseQuery(query);
  const given = checkOrThrow(disputedPairsBody, parseJson(asBuffer(body)));
  return measureDisputes(given, readSamples(given), given.samples, maxSamples, findCurve);
}

async function measureDisputes(
  given: Omit<DisputedPairsBody, 'samples' | 'columns'>,
  samples: Samples,
  rows: readonly IdentifiedRow[] | undefined,
  maxSamples: number,
  findCurve: FindCurve,
): Promise<DisputeRequest> {
  checkSize(samples, maxSamples, 'MAX_FIT_SAMPLES');
  const calibrator = await readCurveOrSettings(given, findCurve);
  const names = namesOf(calibrator);
  const groups = groupsOf(samples);
  if (groups === undefined) throw brokenRule(['columns', 'groups'], NEEDS_GROUPS);
  const unused = unusedCharacteristics(samples, names);
  return {
    samples: { ...measure(samples, names), groups, unused },
    names: rows && readNames(rows, groups),
    texts: rows && textsOf(rows, readTexts(given)),
    field: rows === undefined ? 'columns' : 'samples',
    calibrator,
    draw: readDraw(given),
  };
}

/**
 * The ids of rows and their prompts; undefined where no row has an id.
 *
 * @throws InvalidInput where some rows have none, or two responses to a prompt have the same.
 */
function readNames(rows: readonly IdentifiedRow[], groups: Int32Array): ResponseNames | undefined {
  const found = new Violations();
  const names = new IdNames();
  const prompts: string[] = [];
  for (let i = 0; i < rows.length && !found.isFull; i++) {
    const { id, prompt = '' } = rows[i] ?? {};
    const group = groups[i] ?? 0;
    prompts[group] ??= prompt;
    const broken = names.add(id, group);
    if (broken !== undefined) found.add(['samples', i, 'id'], broken);
  }
  found.refuse();
  return names.ids && { ids: names.ids, prompts };
}

/** Collects the ids of responses, of which all have one, or none. */
export class IdNames {
  readonly #ids: ResponseId[] = [];
  readonly #seen = new Map<number, Set<string>>();
  #responses = 0;

  /** Takes the next response's id; the rule that it breaks, if it breaks one. */
  add(id: ResponseId | undefined, group: number): string | undefined {
    const isFirst = this.#responses++ === 0;
    if (id === undefined) return this.#ids.length > 0 ? 'is needed: other samples have one' : undefined;
    if (!isFirst && this.#ids.length === 0) return 'must be given for every sample, or for none';
    this.#ids.push(id);
    const ofGroup = this.#seen.get(group) ?? new Set();
    this.#seen.set(group, ofGroup);
    const name = String(id);
    if (ofGroup.has(name)) return 'must differ from the ids of the other responses to its prompt';
    ofGroup.add(name);
    return undefined;
  }

  /** The ids in order; undefined where there are none. */
  get ids(): readonly ResponseId[] | undefined {
    return this.#ids.length > 0 ? this.#ids : undefined;
  }
}

/** The texts of the rows that are to come back; undefined where none are. */
function textsOf(rows: readonly IdentifiedRow[], wanted: WantedTexts): AskedTexts[] | undefined {
  if (!wantsTexts(wanted)) return undefined;
  const found = new Violations();
  const texts: AskedTexts[] = [];
  for (let i = 0; i < rows.length && !found.isFull; i++) {
    const row = rows[i];
    if (row === undefined) continue;
    if (wanted.responses && row.response === undefined) found.add(['samples', i, 'response'], NEEDS_RESPONSE);
    texts.push(textOf(row, wanted));
  }
  found.refuse();
  return texts;
}

/** The texts of a row that are to come back. */
export function textOf({ prompt, response }: IdentifiedRow, wanted: WantedTexts): AskedTexts {
  return {
    ...(wanted.prompts && { prompt }),
    ...(wanted.responses && { response }),
  };
}

/** The rule of a sample whose response is to come back. */
export const NEEDS_RESPONSE = 'is needed with "include": ["responses"]';
