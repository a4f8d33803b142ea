import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The requests of one connection: the first is being answered, the others wait for it. */
type Requests = { readonly response: ServerResponse; readonly start: () => void }[];

/**
 * Which connections are busy, and with what. Requests of one connection are answered one after the other: HTTP/1.1 has the answers in
 * this order anyhow, and a client that pipelines thousands and reads nothing has one answer made for it, not thousands. While one
 * waits, no more are read from its connection.
 */
export class Connections {
  readonly #busy = new Map<Socket, Requests>();

  /** @param server whose connections these are; it must not listen yet. */
  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#busy.set(socket, []);
      // Requests that still wait are nobody's now: they are never begun.
      socket.once('close', () => this.#busy.delete(socket));
    });
  }

  /** Calls `start` when the requests before this one on its connection are answered; at once where there are none. */
  begin(socket: Socket, response: ServerResponse, start: () => void): void {
    const requests = this.#busy.get(socket);
    // An injected request has no connection.
    if (requests === undefined) start();
    else if (requests.push({ response, start }) === 1) this.#run(socket, requests);
    else process.nextTick(() => pauseWhileWaiting(socket, requests));
  }

  /** Ends every connection that has no request under way, also one that never had any. */
  closeIdle(): void {
    for (const [socket, requests] of this.#busy)
      if (requests.length === 0 && socket.writableLength === 0) socket.destroy();
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

/** Not at once: Node reads on by itself when it has a whole request. */
function pauseWhileWaiting(socket: Socket, requests: Requests): void {
  if (requests.length > 1) socket.pause();
}
