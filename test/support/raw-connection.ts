import { connect, type Socket } from 'node:net';

/** How a request ended: with a status, or without an answer. */
export interface Outcome {
  /** 0 where the connection ended before the whole answer had arrived. */
  readonly status: number;
  readonly milliseconds: number;
  readonly retryAfter: string | undefined;
  /** The server closes the connection behind this answer. */
  readonly closes: boolean;
}

/** The bytes of a request whose body has this type. */
export function requestBytes(path: string, body: Uint8Array, contentType = 'application/json'): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** The bytes of a request without a body. */
export function getBytes(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
}

/**
 * A connection that sends one request at a time as bytes, and reads no more of an answer than its status,
 * the headers of a refusal and its length: it costs a fraction of what Node's client does, so that one
 * process can ask for more than another can answer.
 */
export class RawConnection {
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((outcome: Outcome) => void) | undefined;
  #started = 0;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends the request, over a new connection where the last one has ended; calls back once. */
  send(request: Buffer, answered: (outcome: Outcome) => void): void {
    this.#answered = answered;
    this.#started = performance.now();
    this.#socket ??= this.#connect();
    this.#socket.write(request);
  }

  /**
   * Connects ahead of the first request, until the server answers. The kernel completes a connection that the
   * server has not accepted yet, and libuv accepts one a round: under load, that takes seconds.
   */
  async open(): Promise<void> {
    await new Promise<Outcome>((resolve) => this.send(getBytes('/health/live'), resolve));
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      // One that was left behind says nothing about the next.
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#received = Buffer.alloc(0);
      this.#end({ status: 0, retryAfter: undefined, closes: true });
    });
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const wanted = end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < wanted) return;
    this.#received = Buffer.alloc(0);
    const closes = /\r\nconnection: close/i.test(head);
    if (closes) this.#leave();
    this.#end({
      status: Number(head.slice(9, 12)),
      retryAfter: /\r\nretry-after: (\d+)/i.exec(head)?.[1],
      closes,
    });
  }

  #leave(): void {
    this.#socket?.end();
    this.#socket = undefined;
  }

  #end(outcome: Omit<Outcome, 'milliseconds'>): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.({ ...outcome, milliseconds: performance.now() - this.#started });
  }
}
