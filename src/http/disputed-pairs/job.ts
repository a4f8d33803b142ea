import type { ResponseId } from '../../calibration/audit/disputed-pairs.js';
import { brokenRule } from '../../calibration/errors.js';
import { groupsOf, measure, type Samples } from '../../calibration/samples/samples.js';
import { unusedCharacteristics } from '../../calibration/samples/unused.js';
import { Violations } from '../../calibration/violations.js';
import { checkSize } from '../../service/check-size.js';
import { readArrowStream } from '../bodies/arrow.js';
import { ARROW_STREAM } from '../bodies/bodies.js';
import { parseJson } from '../bodies/json.js';
import { type FindCurve, namesOf } from '../jobs/curve-or-settings.js';
import { asBuffer, type Unread } from '../jobs/job.js';
import { readCurveOrSettings } from '../jobs/read-curve-or-settings.js';
import { checkJsonBody } from '../schemas/check-body.js';
import { readSamples } from '../schemas/samples-schema.js';
import { nameOfPrompt } from './prompt-names.js';
import { ResponseIds } from './response-ids.js';
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
import type { AskedTexts, DisputeRequest } from './search.js';

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
    return measureDisputes(query, { columns: await readArrowStream(body) }, undefined, maxSamples, findCurve);
  }
  const given = checkJsonBody(disputedPairsBody, parseJson(asBuffer(body)), query);
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
    prompts: promptNames(samples, groups),
    ids: rows && readIds(rows, groups),
    texts: rows && textsOf(rows, readTexts(given)),
    field: rows === undefined ? 'columns' : 'samples',
    calibrator,
    draw: readDraw(given),
  };
}

/** The names of the prompts, by their numbers. */
function promptNames(samples: Samples, groups: Int32Array): string[] {
  const names: string[] = [];
  for (let i = 0; i < groups.length; i++) {
    const prompt = 'rows' in samples ? samples.rows[i]?.prompt : samples.columns.groups?.[i];
    names[groups[i] ?? 0] ??= nameOfPrompt(prompt ?? '');
  }
  return names;
}

/**
 * The ids of rows; undefined where no row has one.
 *
 * @throws InvalidInput where some rows have none, or two responses to a prompt have the same.
 */
function readIds(rows: readonly IdentifiedRow[], groups: Int32Array): ResponseId[] | undefined {
  const found = new Violations();
  const responseIds = new ResponseIds();
  const ids: ResponseId[] = [];
  for (let i = 0; i < rows.length && !found.isFull; i++) {
    const id = rows[i]?.id;
    const broken = responseIds.brokenBy(id, groups[i] ?? 0);
    if (broken !== undefined) found.add(['samples', i, 'id'], broken);
    else if (id !== undefined) ids.push(id);
  }
  found.refuse();
  return responseIds.areNamed ? ids : undefined;
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
export function textOf({ prompt, response }: AskedTexts, wanted: WantedTexts): AskedTexts {
  return {
    ...(wanted.prompts && { prompt }),
    ...(wanted.responses && { response }),
  };
}

/** The rule of a sample whose response is to come back. */
export const NEEDS_RESPONSE = 'is needed with "include": ["responses"]';
