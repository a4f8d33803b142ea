import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceError } from '../../calibration/errors.js';
import { describeLineError } from '../schemas/describe-error.js';

/** A line of the request that is wrong. */
export interface WrongLine {
  readonly number: number;
  readonly error: ServiceError;
}

/** The answers to some lines of a request. */
export interface LineAnswers {
  /** As lines of JSON, each with its end. */
  readonly text: string;
  /** Whether one of the lines is right. */
  readonly hasRight: boolean;
  readonly wrong: readonly WrongLine[];
}

/** Milliseconds for which the status waits while all lines so far are wrong. */
const WAIT = 100;

/** A stream without one right line among so many is of another kind, or has other names. */
const HOPELESS_AFTER = 100;

/**
 * The text of answers whose status may be sent: the first line that is right, or {@link WAIT}, decides for
 * 200. A stream whose lines are all wrong would otherwise be thousands of errors under a 200, which trainers
 * take for success.
 *
 * @throws the error of the first lines, with their numbers, where all lines are wrong: at the end, or once
 *   there are {@link HOPELESS_AFTER}. Later than the status the same ends the text.
 */
export async function openAnswers(answers: AsyncGenerator<LineAnswers>): Promise<AsyncGenerator<string>> {
  const opened = new OpenedAnswers(answers);
  try {
    await opened.waitForStatus();
  } catch (error) {
    await answers.return(undefined);
    throw error;
  }
  return opened.text();
}

class OpenedAnswers {
  readonly #answers: AsyncGenerator<LineAnswers>;
  /** Text that waits for the status. */
  #held = '';
  #next: Promise<IteratorResult<LineAnswers>> | undefined;
  #isEnded = false;
  #hasRight = false;
  readonly #wrong: WrongLine[] = [];

  constructor(answers: AsyncGenerator<LineAnswers>) {
    this.#answers = answers;
  }

  async waitForStatus(): Promise<void> {
    const isOver = new AbortController();
    const time = sleep(WAIT, undefined, { signal: isOver.signal, ref: false }).catch(() => undefined);
    try {
      while (!this.#hasRight && !this.#isEnded) {
        const taken = await Promise.race([this.#ask(), time]);
        if (taken === undefined) return;
        this.#take(taken);
        if (this.#isHopeless) throw refusalOf(this.#wrong);
      }
    } finally {
      isOver.abort();
    }
    if (!this.#hasRight && this.#wrong.length > 0) throw refusalOf(this.#wrong);
  }

  async *text(): AsyncGenerator<string> {
    try {
      if (this.#held !== '') yield this.#held;
      while (!this.#isEnded) {
        this.#held = '';
        this.#take(await this.#ask());
        if (this.#isHopeless) {
          yield lastLine(this.#wrong);
          return;
        }
        if (this.#held !== '') yield this.#held;
      }
    } finally {
      await this.#answers.return(undefined);
    }
  }

  #take({ done, value }: IteratorResult<LineAnswers>): void {
    this.#next = undefined;
    if (done) {
      this.#isEnded = true;
      return;
    }
    this.#held += value.text;
    this.#hasRight ||= value.hasRight;
    if (!this.#hasRight) this.#wrong.push(...value.wrong.slice(0, HOPELESS_AFTER - this.#wrong.length));
  }

  /** The next answers; none are asked for ahead, since a client may send no more before it has these. */
  #ask(): Promise<IteratorResult<LineAnswers>> {
    if (this.#next === undefined) {
      this.#next = this.#answers.next();
      // Where the time for the status is over and nobody waits any more, its failure is nobody's.
      this.#next.catch(() => undefined);
    }
    return this.#next;
  }

  get #isHopeless(): boolean {
    return !this.#hasRight && this.#wrong.length >= HOPELESS_AFTER;
  }
}

/** The refusal of a stream of which all these lines, the first ones, are wrong. */
function refusalOf(wrong: readonly WrongLine[]): ServiceError {
  const [first] = wrong;
  if (first === undefined) throw new RangeError('no line is wrong');
  const violations = wrong.flatMap(({ number, error }) => error.at(['lines', number]).violations);
  const lines = wrong.length === 1 ? 'the only line is' : `all of the first ${wrong.length} lines are`;
  return first.error.saying(`${lines} wrong; line ${first.number}: ${first.error.message}`, violations);
}

/** Ends an answer whose status is sent: nothing more is read. */
function lastLine(wrong: readonly WrongLine[]): string {
  const number = wrong.at(-1)?.number ?? 0;
  return `${JSON.stringify({ error: describeLineError(refusalOf(wrong), number) })}\n`;
}
