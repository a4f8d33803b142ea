import { groupSizes } from '../samples/group-means.js';
import { toColumn } from '../samples/pick.js';
import { hashText } from '../statistics/threefry.js';
import { type Contest, type Purpose, pairContests, pickContests } from './contests.js';
import { type DisputedPool, DisputeTally, LABELS_ASKED } from './dispute-tally.js';
import { FirstInLine, type InLine } from './first-in-line.js';
import { TURNED } from './order-change.js';
import { Lottery } from './tickets.js';

/** Which disputed pairs to draw. */
export interface DrawSettings {
  /** How many pairs to ask about, at most. */
  readonly count: number;
  /** A whole number from 0 to 2³² − 1: another seed draws other pairs. */
  readonly seed: number;
  readonly purpose: Purpose;
}

export const DEFAULT_DRAW: DrawSettings = { count: LABELS_ASKED, seed: 0, purpose: 'pairs' };

/** The caller's name of a response; 1 and "1" are the same. */
export type ResponseId = string | number;

/**
 * All scored responses to one prompt, as columns of equal length; at least one response.
 *
 * @typeParam Carried whatever the caller wants back with a response that is asked about, such as its text; it
 *   is not read, and kept for those alone.
 */
export interface ScoredGroup<Carried = undefined> {
  readonly rewards: ArrayLike<number>;
  /** b̂ of each response at α = 1, summed over all characteristics. */
  readonly biases: ArrayLike<number>;
  /** Calibrated rewards that differ by no more are equal, 0 by default; see `fitTolerance`. */
  readonly tolerance?: number | undefined;
  /** Names of the responses, different within a prompt, which make the draw independent of their order. */
  readonly ids?: readonly ResponseId[] | undefined;
  /** The prompt's name; ids need only differ within a prompt. */
  readonly prompt?: string | undefined;
  /** Of the responses, where they are known, to see whether calibration picks the shorter one. */
  readonly lengths?: ArrayLike<number> | undefined;
  readonly carried?: readonly Carried[] | undefined;
}

/** The same of many prompts: columns over all samples, in any order. */
export interface ScoredSamples<Carried = undefined> extends Omit<ScoredGroup<Carried>, 'prompt'> {
  /** The prompt's number of each sample, from 0. */
  readonly groups: Int32Array;
  /** The names of the prompts, by their numbers. */
  readonly prompts?: readonly string[] | undefined;
}

/** A response that is asked about. */
export interface AskedResponse<Carried = undefined> {
  /** Its place among all samples, in the order in which they came. */
  readonly index: number;
  readonly id?: ResponseId | undefined;
  readonly carried?: Carried | undefined;
}

export type AskedSide = 'left' | 'right';

/** A disputed pair to label. The sides are random, so that they say nothing to the labeller. */
export interface AskedPair<Carried = undefined> {
  /**
   * 14 hexadecimal digits that depend on the seed and the names (or places) of the two responses alone, as
   * the sides do: a label stays true whatever curve disputes the pair.
   */
  readonly id: string;
  readonly left: AskedResponse<Carried>;
  readonly right: AskedResponse<Carried>;
  /** The side that has the higher calibrated reward, and the lower raw one. Not for the labeller. */
  readonly calibrated: AskedSide;
  /**
   * The number of the prompt, by its name where it has one: labels of one prompt depend on each other, also
   * where its responses came in several groups.
   */
  readonly prompt: number;
}

/** What was found, and what to ask. */
export interface Disputes<Carried = undefined> {
  readonly pool: DisputedPool;
  /**
   * Up to `count` pairs in the order of the draw: the first k are what a draw of k pairs would be, so that
   * labelling may stop anywhere.
   */
  readonly asked: readonly AskedPair<Carried>[];
}

/** Hexadecimal digits of 53 bits. */
const ID_DIGITS = 14;

interface Candidate<Carried> extends AskedPair<Carried>, InLine {}

/**
 * Finds the pairs whose order calibration turns round, group by group, and draws some of them to be labelled
 * (method, "Few labels"): uniformly among all disputed pairs, but one of a prompt before a second of any
 * prompt. Memory grows with `count` and with the largest group, not with the number of samples or pairs.
 *
 * With ids the draw depends on the seed and the ids alone, without them on the places of the samples and
 * their rewards.
 */
export class DisputeSearch<Carried = undefined> {
  readonly #purpose: Purpose;
  readonly #lottery: Lottery;
  readonly #tally = new DisputeTally();
  readonly #line: FirstInLine<Candidate<Carried>>;
  #samples = 0;
  #prompts = 0;

  constructor({ count, seed, purpose }: DrawSettings) {
    this.#purpose = purpose;
    this.#lottery = new Lottery(seed);
    this.#line = new FirstInLine(count);
  }

  /**
   * Takes all responses to the next prompt.
   *
   * @param indices their places among all samples, where they do not follow the last ones.
   */
  add(group: ScoredGroup<Carried>, indices?: ArrayLike<number>): void {
    const first = this.#samples;
    this.#samples += group.rewards.length;
    const number = this.#prompts++;
    const indexOf = (response: number) => indices?.[response] ?? first + response;
    // Without ids the reward is a part of the name: a label of other data must not fit.
    const nameOf = (response: number) =>
      String(group.ids?.[response] ?? `${indexOf(response)} ${group.rewards[response]}`);
    const tickets = this.#lottery.enter(group.ids && group.prompt, nameOf);
    const calibrated = toColumn(group.rewards);
    for (let i = 0; i < calibrated.length; i++) calibrated[i] -= group.biases[i];
    const { tolerance = 0 } = group;
    const contenders = { raw: group.rewards, calibrated, tickets, tolerance };
    const contests = this.#purpose === 'pairs' ? pairContests(contenders) : pickContests(contenders);
    this.#tally.add(contests, group.rewards.length, group.lengths);
    const drawn = contests
      .filter(({ change }) => Math.abs(change) === TURNED)
      .map((contest) => ({ contest, ticket: tickets.pairTicket(contest.first, contest.second) }))
      .sort((a, b) => a.ticket.number - b.ticket.number);
    for (const [turn, { contest, ticket }] of drawn.entries()) {
      if (!this.#line.admits({ turn, number: ticket.number })) return;
      const pair = toAskedPair(contest, ticket.firstLeft, (response) => ({
        index: indexOf(response),
        id: group.ids?.[response],
        carried: group.carried?.[response],
      }));
      const id = ticket.number.toString(16).padStart(ID_DIGITS, '0');
      const prompt = group.prompt === undefined ? number : numberOfName(group.prompt);
      // Of a prompt that comes back: its pairs from before have their turns first.
      const earlier = this.#line.items.filter((item) => item.prompt === prompt).length;
      this.#line.offer({ id, ...pair, prompt, turn: Math.max(turn, earlier), number: ticket.number });
    }
  }

  /** What was found so far. */
  result(): Disputes<Carried> {
    const asked = this.#line.items.map(({ turn: _, number: __, ...pair }) => pair);
    return { pool: this.#tally.pool(), asked };
  }
}

/** A number from 0 to 2⁵³ − 1 that stands for a name. */
function numberOfName(name: string): number {
  const [low, high] = hashText(name);
  return (high >>> 11) * 2 ** 32 + low;
}

function toAskedPair<Carried>(
  { first, second, change }: Contest,
  firstLeft: boolean,
  responseAt: (response: number) => AskedResponse<Carried>,
): Pick<AskedPair<Carried>, 'left' | 'right' | 'calibrated'> {
  return {
    left: responseAt(firstLeft ? first : second),
    right: responseAt(firstLeft ? second : first),
    calibrated: change > 0 === firstLeft ? 'left' : 'right',
  };
}

/** The same of samples that are all there: their groups, in the order of their numbers. */
export function findDisputes<Carried = undefined>(
  samples: ScoredSamples<Carried>,
  settings: DrawSettings,
): Disputes<Carried> {
  const search = new DisputeSearch<Carried>(settings);
  const { order, ends } = byGroup(samples.groups);
  let start = 0;
  for (const [group, end] of ends.entries()) {
    const indices = order.subarray(start, end);
    start = end;
    if (indices.length > 0) search.add(groupAt(samples, group, indices), indices);
  }
  return search.result();
}

function groupAt<Carried>(
  { rewards, biases, tolerance, ids, lengths, carried, prompts }: ScoredSamples<Carried>,
  group: number,
  indices: Uint32Array,
): ScoredGroup<Carried> {
  const pickList = <Value>(list: ArrayLike<Value>) => {
    const picked: Value[] = [];
    for (let k = 0; k < indices.length; k++) picked.push(list[indices[k]]);
    return picked;
  };
  return {
    rewards: pickList(rewards),
    biases: pickList(biases),
    tolerance,
    ids: ids && pickList(ids),
    lengths: lengths && pickList(lengths),
    carried: carried && pickList(carried),
    prompt: prompts?.[group],
  };
}

/** The indices of all samples, group by group, and where each group ends among them. */
function byGroup(groups: Int32Array): { order: Uint32Array; ends: Uint32Array } {
  const sizes = groupSizes(groups);
  const next = new Uint32Array(sizes.length);
  for (let group = 1; group < sizes.length; group++) next[group] = next[group - 1] + sizes[group - 1];
  const order = new Uint32Array(groups.length);
  for (let i = 0; i < groups.length; i++) order[next[groups[i]]++] = i;
  return { order, ends: next };
}
