import { type Outcome, RawConnection } from './raw-connection.js';

/** Requests sent at a rate, whether or not earlier ones were answered. */
export interface OpenLoad {
  readonly port: number;
  readonly request: Buffer;
  readonly perSecond: number;
  readonly seconds: number;
  /** Most requests under way at once. */
  readonly connections: number;
}

/** The answers to a load. */
export interface LoadAnswers {
  /** Requests by status; 0: the connection ended without an answer. */
  readonly statuses: ReadonlyMap<number, number>;
  /** 503 without Retry-After. */
  readonly withoutRetryAfter: number;
  /** Times when no connection was free. */
  readonly unsent: number;
  /** Milliseconds of each 2xx, from sending to the whole answer; ascending. */
  readonly accepted: readonly number[];
  readonly seconds: number;
}

/** Few enough that none waits for long. */
const OPENED_TOGETHER = 32;

/** Sends such a load and waits for all its answers. */
export async function sendOpenLoad(load: OpenLoad): Promise<LoadAnswers> {
  const tally = new Tally();
  const free = Array.from({ length: load.connections }, () => new RawConnection(load.port));
  const all = [...free];
  // Not all at once: see open.
  for (let from = 0; from < all.length; from += OPENED_TOGETHER)
    await Promise.all(all.slice(from, from + OPENED_TOGETHER).map((connection) => connection.open()));
  const started = performance.now();
  let sent = 0;
  let unsent = 0;
  for (let elapsed = 0; elapsed < load.seconds; elapsed = (performance.now() - started) / 1_000) {
    for (const due = elapsed * load.perSecond; sent + unsent < due; ) {
      const connection = free.pop();
      if (connection === undefined) {
        unsent++;
        continue;
      }
      sent++;
      connection.send(load.request, (outcome) => {
        tally.add(outcome);
        free.push(connection);
      });
    }
    await nextTurn();
  }
  const seconds = (performance.now() - started) / 1_000;
  while (free.length < all.length) await nextTurn();
  for (const connection of all) connection.close();
  return tally.answers(unsent, seconds);
}

/** As many requests as are answered, each connection sending the next behind an answer. */
export async function sendClosedLoad(load: Omit<OpenLoad, 'perSecond'>): Promise<LoadAnswers> {
  const tally = new Tally();
  const started = performance.now();
  const end = started + 1_000 * load.seconds;
  const askAgain = (connection: RawConnection, done: () => void) => {
    connection.send(load.request, (outcome) => {
      tally.add(outcome);
      if (performance.now() < end) askAgain(connection, done);
      else done();
    });
  };
  await Promise.all(
    Array.from({ length: load.connections }, async () => {
      const connection = new RawConnection(load.port);
      await new Promise<void>((resolve) => askAgain(connection, resolve));
      connection.close();
    }),
  );
  return tally.answers(0, (performance.now() - started) / 1_000);
}

/** Short, so that requests are not sent in bursts; a timer would bring a millisecond's worth at a time. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class Tally {
  readonly #statuses = new Map<number, number>();
  readonly #accepted: number[] = [];
  #withoutRetryAfter = 0;

  add({ status, milliseconds, retryAfter }: Outcome): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    if (status >= 200 && status < 300) this.#accepted.push(milliseconds);
    if (status === 503 && retryAfter === undefined) this.#withoutRetryAfter++;
  }

  answers(unsent: number, seconds: number): LoadAnswers {
    return {
      statuses: this.#statuses,
      withoutRetryAfter: this.#withoutRetryAfter,
      unsent,
      accepted: this.#accepted.toSorted((a, b) => a - b),
      seconds,
    };
  }
}

/** The value that a share of ascending values does not exceed. */
export function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? Number.NaN;
}
