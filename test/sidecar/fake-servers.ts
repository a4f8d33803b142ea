import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UpstreamKind } from '../../src/sidecar/upstream/upstream.js';
import { FAKE_CONTRACTS } from './fake-contracts.js';

/**
 * A fake server's reward for a text: NaN and the infinities are written as Python does, undefined is omitted.
 */
export type FakeReward = number | null | undefined;

/**
 * How a fake server behaves. Without any knob it answers at once, in order, with
 * {@link rewardOf} of every text.
 */
export interface Knobs {
  /** Milliseconds before anything is answered. */
  readonly latency?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fault?: Fault;
  readonly reward?: (text: string) => FakeReward;
  /** Texts for whose sake a whole request is refused (422). */
  readonly refuses?: (text: string) => boolean;
  /** Answers so many texts fewer. */
  readonly missing?: number;
  /** Entries in reverse; `index` still names the text of each, in the kinds that have it. */
  readonly shuffled?: boolean;
  /** Embeddings as little-endian float32 in base64, where they were asked for so. */
  readonly base64?: boolean;
  /** Keys beside those of the contract, on the top of an answer that is an object. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/**
 * `reset` drops the connection; `hang` never answers; `hang-in-body` answers the head only; `cut` ends the
 * body early; `wrong-shape` is JSON of another contract; `not-json` is text that quotes the request, as
 * careless servers do; `huge` never stops.
 */
export type Fault = 'reset' | 'hang' | 'hang-in-body' | 'cut' | 'wrong-shape' | 'not-json' | 'huge';

/** A request that a fake server has read. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly texts: readonly string[];
}

export interface FakeServer {
  /** As an upstream's `url` has it. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Connections made so far. */
  readonly sockets: number;
  /** Requests that were given up by the client before their answer. */
  readonly abandoned: number;
  /** Most requests that were under way at once. */
  readonly busiest: number;
  /** From now on. */
  set(knobs: Knobs): void;
  /** For one request each, before those of {@link set}. */
  next(...knobs: readonly Knobs[]): void;
  /** Resolves when so many requests in all have arrived. */
  arrived(requests: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * The reward that fake servers give a text: a number in [−4, 4) of its FNV-1a hash, so
 * that it identifies the text.
 */
export function rewardOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash / 2 ** 29 - 4;
}

/** A reward-model server of a kind, on a free port. */
export async function startFakeServer(kind: UpstreamKind, knobs: Knobs = {}): Promise<FakeServer> {
  const fake = new FakeState(kind, knobs);
  const server = createServer((request, response) => void fake.answer(request, response));
  server.on('connection', () => {
    fake.sockets++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  });
}

class FakeState {
  readonly requests: SeenRequest[] = [];
  sockets = 0;
  abandoned = 0;
  busiest = 0;
  #busy = 0;
  #knobs: Knobs;
  readonly #next: Knobs[] = [];
  readonly #kind: UpstreamKind;
  #waiting: { readonly requests: number; readonly resolve: () => void }[] = [];

  constructor(kind: UpstreamKind, knobs: Knobs) {
    this.#kind = kind;
    this.#knobs = knobs;
  }

  set(knobs: Knobs): void {
    this.#knobs = knobs;
  }

  next(...knobs: readonly Knobs[]): void {
    this.#next.push(...knobs);
  }

  async arrived(requests: number): Promise<void> {
    if (this.requests.length < requests)
      await new Promise<void>((resolve) => this.#waiting.push({ requests, resolve }));
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const knobs = this.#next.shift() ?? this.#knobs;
    this.busiest = Math.max(this.busiest, ++this.#busy);
    response.on('close', () => {
      this.#busy--;
      if (!response.writableFinished) this.abandoned++;
    });
    const contract = FAKE_CONTRACTS[this.#kind];
    const body = (await json(request)) as Readonly<Record<string, unknown>>;
    const texts = contract.texts(body);
    const path = request.url ?? '';
    this.requests.push({ path, headers: request.headers, body, texts });
    this.#announce();
    if (knobs.latency) await sleep(knobs.latency);
    if (path.split('?')[0]?.endsWith(contract.path) !== true) return void response.writeHead(404).end('{}');
    if (knobs.refuses && texts.some(knobs.refuses)) {
      response.statusCode = 422;
      return void response.end(JSON.stringify({ error: `cannot score: ${texts.join()}` }));
    }
    if (knobs.fault) return misbehave(knobs.fault, request, response, texts);
    const status = knobs.status ?? 200;
    response.writeHead(status, { 'content-type': 'application/json', ...knobs.headers });
    if (status !== 200) return void response.end(JSON.stringify({ error: `cannot score: ${texts.join()}` }));
    return void response.end(write(contract.answer(texts, rewardsOf(texts, knobs), knobs)));
  }

  #announce(): void {
    const isDue = ({ requests }: { requests: number }) => requests <= this.requests.length;
    for (const { resolve } of this.#waiting.filter(isDue)) resolve();
    this.#waiting = this.#waiting.filter((one) => !isDue(one));
  }
}

function rewardsOf(texts: readonly string[], { reward = rewardOf, missing = 0 }: Knobs): FakeReward[] {
  return texts.slice(0, texts.length - missing).map(reward);
}

function misbehave(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  texts: readonly string[],
): void {
  const head = { 'content-type': 'application/json' };
  switch (fault) {
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'hang-in-body':
      response.writeHead(200, head).write('{"rewards": [');
      return;
    case 'cut':
      response.writeHead(200, { ...head, 'content-length': 1_000 }).write('{"rewards": [');
      setImmediate(() => request.socket.destroy());
      return;
    case 'wrong-shape':
      response.writeHead(200, head).end(JSON.stringify({ choices: [{ text: texts.join() }] }));
      return;
    case 'not-json':
      response.writeHead(200, head).end(`scored ${texts.join()}`);
      return;
    case 'huge':
      flood(response.writeHead(200, head));
  }
}

function flood(response: ServerResponse): void {
  const chunk = ' '.repeat(1_048_576);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

/** JSON as Python's `json.dumps` writes it: numbers that are not finite as bare words. */
function write(answer: unknown): string {
  const mark = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? `\u0000${value}` : value;
  return JSON.stringify(answer, mark).replace(/"\\u0000(-?\w+)"/g, '$1');
}
