import { characteristicsOf } from '../../calibration/curve/bias-curve.js';
import { brokenRule, type InvalidInput, type Place } from '../../calibration/errors.js';
import { PairTally, type TalliedGroup } from '../../calibration/preference/pair-tally.js';
import {
  type PreferencePair,
  type SameText,
  selectPairs,
} from '../../calibration/preference/preference-pairs.js';
import { countCodePoints } from '../../calibration/samples/characteristics.js';
import { Numbering } from '../../calibration/samples/numbering.js';
import { toList } from '../../calibration/samples/pick.js';
import { measureText, rowAt, type SampleRow } from '../../calibration/samples/samples.js';
import type { VersionedCurve } from '../../curves/curve-history.js';
import { calibrateSamples } from '../../service/calibrate-samples.js';
import { checkCount } from '../../service/check-size.js';
import { chooseCurve } from '../../service/choose-curve.js';
import { Slices } from '../../service/slices.js';
import { ANSWERING_ROLE, contentText, identityOf } from '../schemas/chat-message.js';
import type { Services } from '../services.js';
import type { Prompt, PromptGroup, ScoredResponse } from './groups-schema.js';
import { type PairRow, type PreferencePairsAnswer, toPairSummary } from './schema.js';
import type { PairOptions } from './types.js';

/** A group whose responses are ready to be calibrated. */
export interface ReadyGroup {
  readonly group: PromptGroup;
  readonly rows: readonly SampleRow[];
  /** Length of each response in code points. */
  readonly lengths: readonly number[];
}

/** A group and the calibrated rewards of its responses. */
export interface ScoredGroup extends Omit<ReadyGroup, 'rows'> {
  /** Calibrated reward of each response. */
  readonly scores: readonly number[];
}

/** A group and the pairs chosen from it, with calibrated and with raw rewards. */
export interface PairedGroup extends ScoredGroup, TalliedGroup {}

/**
 * With so many responses `all-above-margin` makes 32,640 pairs, and repeats every response in 255 of them.
 */
const MAX_PAIRED_RESPONSES = 256;

/**
 * Most characters of all rows of a JSON answer, which is held in memory: the bytes of the default BODY_LIMIT.
 */
const MAX_ANSWER_LENGTH = 64 * 1_024 * 1_024;

/** Approximate characters of a row besides its texts. */
const ROW_OVERHEAD = 200;

/**
 * Makes pairs of the groups of one request. Much text is measured in slices, and many pairs are chosen in
 * slices.
 *
 * @throws Conflict `no-curve`; NotFound; InvalidInput `too-many-samples`, `answer-too-large` or as {@link
 *   scoreGroups}, {@link choosePairs}.
 */
export async function pairsOfBatch(
  services: Services,
  groups: readonly PromptGroup[],
  options: PairOptions,
): Promise<PreferencePairsAnswer> {
  const responses = groups.reduce((sum, group) => sum + group.responses.length, 0);
  checkCount(responses, services.limits.maxBatch, 'MAX_BATCH', 'groups', 'responses');
  const curve = chooseCurve(services, options);
  const tally = new PairTally();
  const pairs: PairRow[] = [];
  let length = 0;
  const placeOf = (group: number) => ['groups', group];
  const slices = new Slices();
  const ready = await readyInSlices(groups, characteristicsOf(curve?.curves ?? []), slices);
  for (const [i, scored] of scoreGroups(services, curve, ready, options, placeOf).entries()) {
    const turn = slices.done(stepsOf(scored, options));
    if (turn) await turn;
    const paired = choosePairs(scored, i, options, placeOf(i));
    tally.add(paired);
    for (const row of pairRows(paired, options)) {
      length += ROW_OVERHEAD + lengthOf(row.prompt) + lengthOf(row.chosen) + lengthOf(row.rejected);
      if (length > MAX_ANSWER_LENGTH) throw tooLarge();
      pairs.push(row);
    }
  }
  const summary = toPairSummary(tally.summary());
  return { reward_model: options.rewardModel, version: curve?.version ?? null, pairs, summary };
}

async function readyInSlices(
  groups: readonly PromptGroup[],
  names: readonly string[],
  slices: Slices,
): Promise<ReadyGroup[]> {
  const ready: ReadyGroup[] = [];
  for (const group of groups) {
    const rows: SampleRow[] = [];
    const lengths: number[] = [];
    for (const scored of group.responses) {
      const row = toSampleRow(scored);
      rows.push(measureText(row, names));
      lengths.push(lengthInCodePoints(row));
      const turn = slices.done(row.response?.length ?? 0);
      if (turn) await turn;
    }
    ready.push({ group, rows, lengths });
  }
  return ready;
}

/** Steps that choosing the pairs of a group takes: `all-above-margin` compares every two responses. */
function stepsOf({ scores }: ScoredGroup, { settings }: PairOptions): number {
  return settings.select === 'all-above-margin' ? scores.length ** 2 : scores.length;
}

/** A group, ready to be calibrated at once. */
export function readyGroup(group: PromptGroup): ReadyGroup {
  const rows = group.responses.map(toSampleRow);
  return { group, rows, lengths: rows.map(lengthInCodePoints) };
}

function lengthInCodePoints({ response = '' }: SampleRow): number {
  return countCodePoints(response);
}

function tooLarge(): InvalidInput {
  const message = 'the pairs of these groups are more text than one JSON answer holds: send lines (NDJSON)';
  return brokenRule(['groups'], message, 'answer-too-large');
}

/**
 * Calibrates the responses of some groups.
 *
 * @param placeOf the place of a group.
 * @throws InvalidInput as {@link calibrateSamples}; `too-many-samples` where there are too many responses to
 *   make all pairs of.
 */
export function scoreGroups(
  services: Services,
  curve: VersionedCurve | undefined,
  groups: readonly ReadyGroup[],
  options: PairOptions,
  placeOf: (group: number) => Place,
): ScoredGroup[] {
  if (options.settings.select === 'all-above-margin') {
    groups.forEach(({ group }, i) => {
      checkPairable(group, placeOf(i));
    });
  }
  const rows = groups.map((ready) => ready.rows);
  const rewards = calibrateRows(services, curve, rows, options, placeOf);
  let from = 0;
  return groups.map(({ group, lengths }) => {
    const scores = rewards.slice(from, from + lengths.length);
    from += scores.length;
    return { group, scores, lengths };
  });
}

/**
 * Chooses the pairs of one group. The pairs of all groups at once could be much larger than the groups.
 *
 * @param number the number of the group among all of the request, from 0.
 * @param place the place of the group.
 * @throws InvalidInput where a margin is not finite, which JSON would turn into null.
 */
export function choosePairs(
  scored: ScoredGroup,
  number: number,
  { settings }: PairOptions,
  place: Place,
): PairedGroup {
  const { responses } = scored.group;
  const isSame = sameTexts(responses);
  const calibrated = selectPairs(scored.scores, settings, number, isSame);
  if (calibrated.pairs.some(({ margin }) => !Number.isFinite(margin))) {
    const message = 'these rewards are so far apart that their margin is not a finite number';
    throw brokenRule([...place, 'responses'], message);
  }
  const rawRewards = responses.map(({ reward }) => reward);
  return { ...scored, calibrated, raw: selectPairs(rawRewards, settings, number, isSame) };
}

/** Whether two responses say the same; each that is asked for is read once. */
function sameTexts(responses: readonly ScoredResponse[]): SameText {
  const numbering = new Numbering<string>();
  const numbers: (number | undefined)[] = [];
  const numberOf = (index: number): number => {
    const known = numbers[index] ?? numbering.numberOf(identityOf(responses[index]?.response ?? ''));
    numbers[index] = known;
    return known;
  };
  return (one, other) => numberOf(one) === numberOf(other);
}

function checkPairable({ responses }: PromptGroup, place: Place): void {
  if (responses.length <= MAX_PAIRED_RESPONSES) return;
  const message = `"all-above-margin" takes at most ${MAX_PAIRED_RESPONSES} responses to one prompt`;
  throw brokenRule([...place, 'responses'], message, 'too-many-samples');
}

function calibrateRows(
  services: Services,
  curve: VersionedCurve | undefined,
  rows: readonly (readonly SampleRow[])[],
  { rewardModel }: PairOptions,
  placeOf: (group: number) => Place,
): number[] {
  const flat = rows.flat();
  if (flat.length === 0) return [];
  const samples = { rows: flat, placeOf: (row: number) => rowAt(placeInGroup(rows, row, placeOf)) };
  const options = { rewardModel, observe: false, keepMean: false };
  return toList(calibrateSamples(services, curve, samples, options).rewards);
}

/** The place of a row, found only where it is shown. */
function placeInGroup(
  rows: readonly (readonly SampleRow[])[],
  row: number,
  placeOf: (group: number) => Place,
): Place {
  let before = 0;
  for (const [group, { length }] of rows.entries()) {
    if (row < before + length) return [...placeOf(group), 'responses', row - before];
    before += length;
  }
  return [];
}

function toSampleRow({ response, reward, characteristics }: ScoredResponse): SampleRow {
  return { response: measuredText(response), reward, characteristics };
}

/** The text of a response that is measured: of messages, those of the assistant. */
function measuredText(response: Prompt): string {
  if (typeof response === 'string') return response;
  return response
    .filter(({ role }) => role === ANSWERING_ROLE)
    .map(contentText)
    .join('');
}

/** The rows of a group, one at a time: all of them at once can be much larger than the group. */
export function* pairRows(
  { group, scores, calibrated }: PairedGroup,
  options: PairOptions,
): Generator<PairRow> {
  for (const pair of calibrated.pairs) {
    const chosen = group.responses[pair.chosen];
    const rejected = group.responses[pair.rejected];
    if (chosen === undefined || rejected === undefined) throw new RangeError('a pair of no responses');
    yield {
      prompt: group.prompt,
      chosen: inFormOf(group.prompt, chosen.response),
      rejected: inFormOf(group.prompt, rejected.response),
      margin: pair.margin,
      ...(chosen.id !== undefined && { chosen_id: chosen.id }),
      ...(rejected.id !== undefined && { rejected_id: rejected.id }),
      ...(options.includeScores && scoresOf(pair, scores, chosen, rejected)),
    };
  }
}

/** A response in the form of its prompt: a text that answers messages becomes a message of the assistant. */
function inFormOf(prompt: Prompt, response: Prompt): Prompt {
  if (typeof prompt === 'string' || typeof response !== 'string') return response;
  return [{ role: ANSWERING_ROLE, content: response }];
}

function scoresOf(
  pair: PreferencePair,
  scores: readonly number[],
  chosen: ScoredResponse,
  rejected: ScoredResponse,
): Partial<PairRow> {
  return {
    score_chosen: scores[pair.chosen],
    score_rejected: scores[pair.rejected],
    raw_score_chosen: chosen.reward,
    raw_score_rejected: rejected.reward,
  };
}

/** Of messages that many rows repeat. */
const lengths = new WeakMap<object, number>();

/** Characters of a text, or of messages as JSON: they may hold any field. */
export function lengthOf(given: Prompt): number {
  if (typeof given === 'string') return given.length;
  const length = lengths.get(given) ?? JSON.stringify(given).length;
  lengths.set(given, length);
  return length;
}
