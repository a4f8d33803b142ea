import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** A request that has begun to be answered, or waits for those before it. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly response: ServerResponse;
}

/** The requests of one connection: the first is being answered, the others wait for it. */
type Requests = (Exchange & { readonly start: () => void })[];

/**
 * The requests of each connection, answered one after the other: HTTP/1.1 wants answers in this order, and a
 * client that pipelines thousands of requests and reads nothing costs one answer, not thousands. While a
 * request waits, no more are read from its connection.
 */
export class Connections {
  readonly #busy = new Map<Socket, Requests>();
  /** What the connections that were idle at the last call of closeIdle had sent by then. */
  #idle: ReadonlyMap<Socket, number> = new Map();

  /** Those that came when there were enough. */
  readonly #surplus = new WeakSet<Socket>();

  /**
   * @param server the server of these connections; it must not listen yet.
   * @param most connections beyond these are surplus; beyond twice as many, Node ends them unanswered.
   */
  constructor(server: Server, most = Number.POSITIVE_INFINITY) {
    if (Number.isFinite(most)) server.maxConnections = 2 * most;
    server.on('connection', (socket: Socket) => {
      if (this.#busy.size >= most) this.#surplus.add(socket);
      this.#busy.set(socket, []);
      // Waiting requests have no client any more: they never start.
      socket.once('close', () => this.#busy.delete(socket));
    });
  }

  /** How many there are. */
  get count(): number {
    return this.#busy.size;
  }

  /** Whether the connection came when there were enough; its request is to be refused. */
  isSurplus(socket: Socket): boolean {
    return this.#surplus.has(socket);
  }

  /** The connections with a request under way, each with its earliest. */
  *underWay(): Generator<readonly [Socket, Exchange]> {
    for (const [socket, [first]] of this.#busy) if (first !== undefined) yield [socket, first];
  }

  /**
   * Calls `start` once all earlier requests of this connection are answered; at once where there are none.
   */
  begin(request: FastifyRequest, response: ServerResponse, start: () => void): void {
    const { socket } = request.raw;
    const requests = this.#busy.get(socket);
    // An injected request has no connection.
    if (requests === undefined) start();
    else if (requests.push({ request, response, start }) === 1) this.#run(socket, requests);
    else process.nextTick(() => pauseWhileWaiting(socket, requests));
  }

  /**
   * Ends every connection that has had no request under way, and sent nothing, since the last call; including
   * those that never had one.
   */
  closeIdle(): void {
    const idle = new Map<Socket, number>();
    for (const [socket, requests] of this.#busy) {
      if (requests.length > 0 || socket.writableLength > 0) continue;
      if (this.#idle.get(socket) === socket.bytesRead) socket.destroy();
      else idle.set(socket, socket.bytesRead);
    }
    this.#idle = idle;
  }

  #run(socket: Socket, requests: Requests): void {
    const [first] = requests;
    if (first === undefined) return;
    first.response.once('close', () => {
      requests.shift();
      if (requests.length === 1) socket.resume();
      if (!socket.destroyed) this.#run(socket, requests);
    });
    first.start();
  }
}

/** Called on the next tick: Node resumes reading by itself after a whole request. */
function pauseWhileWaiting(socket: Socket, requests: Requests): void {
  if (requests.length > 1) socket.pause();
}
