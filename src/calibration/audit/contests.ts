import { orderChange, TURNED } from './order-change.js';
import type { Tickets } from './tickets.js';

/** What is compared: every pair within a prompt, or the best response by raw and by calibrated reward. */
export const PURPOSES = ['pairs', 'best-of-n'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The responses to one prompt, as far as their order goes. */
export interface Contenders {
  readonly raw: ArrayLike<number>;
  readonly calibrated: ArrayLike<number>;
  readonly tickets: Tickets;
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
  const { raw, calibrated } = contenders;
  const drawn = drawResponses(contenders);
  const contests: Contest[] = [];
  for (let i = 0; i < drawn.length; i++) {
    for (let j = i + 1; j < drawn.length; j++) {
      const [first, second] = [drawn[i], drawn[j]];
      const change = orderChange(raw[first], raw[second], calibrated[first], calibrated[second]);
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
  const first = pickBest(raw, calibrated, contenders);
  const second = pickBest(calibrated, raw, contenders);
  if (first !== second) return [{ first, second, change: -TURNED }];
  const isTied = Array.from(raw).some(
    (reward, k) => (reward === raw[first]) !== (calibrated[k] === calibrated[first]),
  );
  return [{ first, second, change: isTied ? 1 : 0 }];
}

/** The response with the highest value; of several the highest by the other value; of those by ticket. */
function pickBest(values: ArrayLike<number>, others: ArrayLike<number>, { tickets }: Contenders): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    const ahead = compare(values[i], values[best]) || compare(others[i], others[best]);
    if (ahead > 0 || (ahead === 0 && tickets.compare(i, best) < 0)) best = i;
  }
  return best;
}

/** The sign of a − b, also where the difference of two finite numbers is not finite. */
function compare(a: number, b: number): number {
  return a > b ? 1 : a < b ? -1 : 0;
}
