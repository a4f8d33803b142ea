import { brokenRule, type ServiceError, Unavailable } from '../../calibration/errors.js';
import { type Clock, SYSTEM_CLOCK } from '../../service/clock.js';
import type { RawReward, ScoredBatch, TextToScore } from '../servers/reward-server.js';
import type { Upstream } from '../upstream/upstream.js';
import { BadGateway, UPSTREAM_REFUSED } from '../upstream-errors.js';
import type { Departure } from './departure.js';
import { FairQueue } from './fair-queue.js';
import { PendingCall } from './pending-call.js';
import type { PendingText } from './pending-text.js';
import { ReturningCallers } from './returning-callers.js';

/** Callers give up rather than wait longer than this. */
const MOST_RETRY_SECONDS = 60;

/**
 * Gathers the texts of concurrent requests into batches for one upstream.
 *
 * While nothing is under way a text is sent at once: a lone caller never waits. While requests are under way
 * texts gather; a full batch is sent as soon as there is a slot (`concurrency`), a partial one when in
 * addition its oldest text has waited `wait` ms. So batches grow with the load. A slot that becomes free
 * while others are under way waits, up to twice `wait`, for the callers who were just answered, to send their
 * next texts together with those that are there ({@link ReturningCallers}). Clients take turns. A batch that
 * the upstream refuses as a whole is halved and sent again, within its slot, until the refused texts stand
 * alone: at most 2n − 1 requests for a batch of n, 1 + 2·log₂ n for one bad text.
 *
 * Texts with different parameters never share a batch. While several kinds of them wait, "full" is what has
 * the parameters whose turn it is, and so a batch may wait up to `wait` ms for its turn.
 */
export class Gatherer {
  readonly #limits: Upstream['batch'];
  readonly #send: (texts: readonly TextToScore[]) => Promise<ScoredBatch>;
  readonly #queue = new FairQueue<PendingText>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #returning = new ReturningCallers();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = 0;
  #isClosed = false;
  /** How long the upstream took for its last batch. */
  #batchSeconds = 0;

  readonly #clock: Clock;

  constructor(
    limits: Upstream['batch'],
    send: (texts: readonly TextToScore[]) => Promise<ScoredBatch>,
    clock: Clock = SYSTEM_CLOCK,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#send = send;
  }

  /** How many texts wait to be sent. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * The reward of one text.
   *
   * @param client whose turn the text takes.
   * @param signal aborts waiting: an unsent text is never sent.
   * @throws Unavailable `upstream-queue-full`, `closing`; the error of sending the text's
   *   batch; the signal's reason.
   */
  async score(text: TextToScore, client: string, signal?: Departure): Promise<RawReward> {
    const call = new PendingCall([text], client, this.#clock.now());
    this.#admit(call, signal);
    const [outcome] = await call.outcomes;
    return rewardOf(outcome);
  }

  /**
   * The rewards of several texts, in their order. The first failure fails them all, and the
   * unsent ones are dropped. A refusal names the text that was refused, by its index.
   *
   * @throws as `score`; InvalidInput `too-many-samples` for more texts than are ever taken at once.
   */
  async scoreAll(
    texts: readonly TextToScore[],
    client: string,
    signal?: Departure,
  ): Promise<readonly RawReward[]> {
    const call = new PendingCall(texts, client, this.#clock.now());
    // Before the failed batch's slot goes to the next texts.
    let failure: ServiceError | undefined;
    call.listener.failed = (reason) => {
      const index = call.texts.findIndex(({ outcome }) => outcome?.status === 'rejected');
      if (isRefused(reason)) failure = reason.at([index]);
      this.#drop(call.texts, reason);
    };
    this.#admit(call, signal);
    const outcomes = await call.outcomes;
    if (failure !== undefined) throw failure;
    return outcomes.map(rewardOf);
  }

  /**
   * As `scoreAll`, for callers that report failures text by text: the outcome of each text, in their order.
   *
   * @throws only what refuses the texts as a whole: Unavailable, InvalidInput, a signal aborted before.
   */
  async scoreEach(
    texts: readonly TextToScore[],
    client: string,
    signal?: Departure,
  ): Promise<readonly PromiseSettledResult<RawReward>[]> {
    const call = new PendingCall(texts, client, this.#clock.now());
    this.#admit(call, signal);
    return call.outcomes;
  }

  /** Refuses new texts, rejects the waiting ones, and waits for requests under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#drop(this.#queue.takeAll(), closing());
    await Promise.all(this.#underWay);
  }

  #admit(call: PendingCall, signal: Departure | undefined): void {
    signal?.throwIfAborted();
    if (this.#isClosed) throw closing();
    const { texts } = call;
    if (texts.length === 0) return;
    this.#checkRoom(texts);
    for (const one of texts) this.#queue.add(one);
    this.#returning.came(texts.length, this.#clock.now());
    if (signal !== undefined) this.#dropWhenAborted(call, signal);
    this.#pump();
  }

  #checkRoom(pending: readonly PendingText[]): void {
    const count = pending.length;
    const { size, concurrency, queue } = this.#limits;
    const most = queue + size * concurrency;
    if (count > most) {
      const message = `${count} texts at once; this upstream takes at most ${most}`;
      throw brokenRule([], message, 'too-many-samples');
    }
    if (this.#waitingWith(pending) <= queue) return;
    const seconds = Math.ceil((this.#queue.size / size / concurrency) * this.#batchSeconds);
    const retryAfter = Math.min(Math.max(seconds, 1), MOST_RETRY_SECONDS);
    throw new Unavailable('upstream-queue-full', 'too many texts wait for the upstream already', retryAfter);
  }

  /**
   * How many texts would wait if these came now; those sent at once do not. Where parameters differ, no more
   * than the batches of one kind is certain to go: all of them count as waiting.
   */
  #waitingWith(pending: readonly PendingText[]): number {
    let waiting = this.#queue.size + pending.length;
    const isUniform = pending.every(({ key }) => key === pending[0]?.key && this.#queue.hasOnly(key));
    if (!isUniform) return waiting;
    for (let underWay = this.#underWay.size; this.#goesAtOnce(waiting, underWay); underWay++) {
      waiting -= Math.min(waiting, this.#limits.size);
    }
    return waiting;
  }

  #goesAtOnce(waiting: number, underWay: number): boolean {
    const { size, concurrency } = this.#limits;
    return underWay < concurrency && waiting >= (underWay === 0 ? 1 : size);
  }

  /** Milliseconds until the oldest text has waited long enough; undefined where there is none, or no slot. */
  #untilDue(): number | undefined {
    const { oldest } = this.#queue;
    if (oldest === undefined || this.#underWay.size >= this.#limits.concurrency) return undefined;
    const { wait } = this.#limits;
    return this.#returning.waitsSince(oldest.since, wait) + wait - this.#clock.now();
  }

  /** Sends all that may go now; called whenever a text comes, a slot becomes free, or time has passed. */
  #pump(): void {
    let untilDue = this.#untilDue();
    while (
      untilDue !== undefined &&
      (untilDue <= 0 || this.#goesAtOnce(this.#queue.together, this.#underWay.size))
    ) {
      this.#dispatch(this.#queue.take(this.#limits.size));
      untilDue = this.#untilDue();
    }
    if (untilDue !== undefined) this.#lookAgainIn(Math.ceil(untilDue));
  }

  /** A timer whose text is gone only looks again, so one is cancelled only for an earlier one. */
  #lookAgainIn(milliseconds: number): void {
    const at = this.#clock.now() + milliseconds;
    if (this.#timer !== undefined) {
      if (at >= this.#timerAt) return;
      clearTimeout(this.#timer);
    }
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, milliseconds);
  }

  #dispatch(batch: readonly PendingText[]): void {
    const running = this.#settle(batch).finally(() => {
      this.#underWay.delete(running);
      this.#returning.slotFreed(this.#clock.now());
      this.#pump();
    });
    this.#underWay.add(running);
  }

  /** Gives each text of a batch its own outcome; never rejects. */
  async #settle(batch: readonly PendingText[]): Promise<void> {
    const begin = this.#clock.now();
    try {
      const { rewards } = await this.#send(batch.map(({ text }) => text));
      this.#batchSeconds = (this.#clock.now() - begin) / 1_000;
      this.#returning.answered(batch);
      batch.forEach((pending, i) => {
        const reward = rewards[i];
        if (reward === undefined) pending.reject(missing());
        else pending.resolve(reward);
      });
    } catch (error) {
      if (batch.length > 1 && isRefused(error)) await this.#settleHalves(batch);
      else for (const pending of batch) pending.reject(error);
    }
  }

  /**
   * One after the other, so that the batch keeps to its one slot; texts aborted meanwhile are not sent again.
   */
  async #settleHalves(batch: readonly PendingText[]): Promise<void> {
    const middle = batch.length >>> 1;
    for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
      const awaited = half.filter(({ isSettled }) => !isSettled);
      if (this.#isClosed) this.#drop(awaited, closing());
      else if (awaited.length > 0) await this.#settle(awaited);
    }
  }

  #drop(pending: readonly PendingText[], reason: unknown): void {
    for (const one of pending) {
      this.#queue.delete(one);
      one.reject(reason);
    }
  }

  /** One listener for all texts of a request, taken off when the last of them has its outcome. */
  #dropWhenAborted(call: PendingCall, signal: Departure): void {
    const drop = () => this.#drop(call.texts, signal.reason);
    signal.addEventListener('abort', drop, { once: true });
    call.listener.ended = () => signal.removeEventListener('abort', drop);
  }
}

function rewardOf(outcome: PromiseSettledResult<RawReward> | undefined): RawReward {
  if (outcome === undefined) throw missing();
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

function isRefused(error: unknown): error is BadGateway {
  return error instanceof BadGateway && error.code === UPSTREAM_REFUSED;
}

function closing(): Unavailable {
  return new Unavailable('closing', 'the service is closing', 1);
}

/** The contracts check the number of rewards; this keeps a text without one from waiting forever. */
function missing(): BadGateway {
  return new BadGateway('upstream-wrong-answer', 'the upstream answered fewer rewards than texts');
}
