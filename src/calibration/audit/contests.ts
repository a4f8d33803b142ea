import { isRounding, orderChange, TURNED } from './order-change.js';
import type { Tickets } from './tickets.js';

/** What is compared: every pair within a prompt, or the best response by raw and by calibrated reward. */
export const PURPOSES = ['pairs', 'best-of-n'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The responses to one prompt, as far as their order goes. */
export interface Contenders {
  readonly raw: ArrayLike<number>;
  readonly calibrated: ArrayLike<number>;
  readonly tickets: Tickets;
  /** Calibrated rewards that differ by no more are equal; see `fitTolerance`. */
  readonly tolerance: number;
}

/** Two responses, by their places in the group, and what calibration does to their order. */
export interface Contest {
  readonly first: number;
  readonly second: number;
  /** In halves; see {@link orderChange}. */
  readonly change: number;
}

/** Of longer groups so many responses are drawn: 120 pairs, where a thousand would have half a million. */
export const MAX_RESPONSES = 16;

/** All pairs of a group's responses, of {@link MAX_RESPONSES} drawn by their tickets where there are more. */
export function pairContests(contenders: Contenders): Contest[] {
  const { raw, calibrated, tolerance } = contenders;
  const drawn = drawResponses(contenders);
  const contests: Contest[] = [];
  for (let i = 0; i < drawn.length; i++) {
    for (let j = i + 1; j < drawn.length; j++) {
      const [first, second] = [drawn[i], drawn[j]];
      const change = orderChange(raw[first], raw[second], calibrated[first], calibrated[second], tolerance);
      contests.push({ first, second, change });
    }
  }
  return contests;
}

function drawResponses({ raw, tickets }: Contenders): number[] {
  const all: number[] = [];
  for (let response = 0; response < raw.length; response++) all.push(response);
  if (all.length <= MAX_RESPONSES) return all;
  return all.sort(tickets.compare).slice(0, MAX_RESPONSES);
}

/**
 * The one contest of best-of-n: the response with the highest raw reward against the one with the highest
 * calibrated reward. Of several with the highest raw reward the one with the highest calibrated reward is
 * picked, and the other way round; so two different picks have turned round. The same pick counts a half
 * where another response shares its place before or after calibration: a draw would have been needed there.
 */
export function pickContests(contenders: Contenders): Contest[] {
  const { raw, calibrated } = contenders;
  if (raw.length < 2) return [];
  const [highestRaw, highestCalibrated] = [indexOfHighest(raw), indexOfHighest(calibrated)];
  const isBestByRaw = (i: number) => raw[i] === raw[highestRaw];
  const isBestByCalibrated = (i: number) => isEqual(contenders, i, highestCalibrated);
  const first = pickBest(calibrated, isBestByRaw, contenders);
  const second = pickBest(raw, isBestByCalibrated, contenders);
  if (!isBestByRaw(second)) return [{ first, second, change: -TURNED }];
  const isTied = Array.from(raw).some((_, i) => isBestByRaw(i) !== isBestByCalibrated(i));
  return [{ first: second, second, change: isTied ? 1 : 0 }];
}

function indexOfHighest(values: ArrayLike<number>): number {
  let highest = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[highest]) highest = i;
  return highest;
}

function isEqual({ raw, calibrated, tolerance }: Contenders, one: number, other: number): boolean {
  const size = Math.max(Math.abs(raw[one]), Math.abs(raw[other]));
  return isRounding(calibrated[one], calibrated[other], size, tolerance);
}

/** Of the best responses the one with the highest of these values; of several by ticket. */
function pickBest(
  values: ArrayLike<number>,
  isBest: (response: number) => boolean,
  { tickets }: Contenders,
): number {
  let picked = -1;
  for (let i = 0; i < values.length; i++) {
    if (!isBest(i)) continue;
    const ahead = picked < 0 ? 1 : compare(values[i], values[picked]);
    if (ahead > 0 || (ahead === 0 && tickets.compare(i, picked) < 0)) picked = i;
  }
  return picked;
}

/** The sign of a − b, also where the difference of two finite numbers is not finite. */
function compare(a: number, b: number): number {
  return a > b ? 1 : a < b ? -1 : 0;
}
