import { randomUUID } from 'node:crypto';
import { link, lstat, open, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ALL, codeOf, isFull } from './file-system.js';

/** Milliseconds between tries while another process has the folder. */
const RETRY_MILLISECONDS = 100;

/** The kernel takes socket paths of 107 bytes (103 on macOS). */
const MAX_SOCKET_PATH = 100;

/** No folder is started in so often. */
const MAX_NUMBER = 999_999_999;

/** Empty files that go where a file system has no room for more: a new socket and its lasting name take theirs. */
const SPARES = ['lock-spare-1', 'lock-spare-2'];

/**
 * A folder held by this process alone. The owner listens on a Unix socket in it, `lock-N.sock`: whoever can connect knows that
 * the owner lives, and the kernel closes the socket of a killed one. The owner is that of the highest N. A newcomer that finds
 * the highest one dead links a socket of its own, which listens already, as N + 1; linking is exclusive, so that of
 * many newcomers one succeeds. The highest is never removed, not even at the end: a newcomer that read the folder late
 * would else take a number below it. What is no socket counts as a dead one. A lock holds among the processes of one kernel, containers included.
 */
export class FolderLock {
  readonly #server: Server;
  readonly #path: string;
  readonly #identity: string;

  private constructor(server: Server, path: string, identity: string) {
    this.#server = server;
    this.#path = path;
    this.#identity = identity;
  }

  /**
   * @param waitSeconds how long to go on trying while another process has it.
   * @throws Error in one line when another process has it still.
   */
  static async acquire(folder: string, waitSeconds: number): Promise<FolderLock> {
    const deadline = performance.now() + waitSeconds * 1_000;
    for (;;) {
      const lock = await FolderLock.#tryAcquire(folder);
      if (lock !== undefined) return lock;
      if (performance.now() >= deadline)
        throw new Error(
          `STORE_URL: the folder ${folder} is in use by another process (LOCK_WAIT: waited ${waitSeconds} s)`,
        );
      await sleep(RETRY_MILLISECONDS);
    }
  }

  static async #tryAcquire(folder: string): Promise<FolderLock | undefined> {
    const directory = await open(folder, 'r');
    // A path through the open folder is short, however long the folder's own is.
    const addressOf = (name: string) => {
      const path = join(folder, name);
      return Buffer.byteLength(path) <= MAX_SOCKET_PATH ? path : `/proc/self/fd/${directory.fd}/${name}`;
    };
    try {
      const newest = await newestIn(folder);
      if (newest > 0 && !(await isDead(folder, lockName(newest), addressOf))) return undefined;
      if (newest >= MAX_NUMBER)
        throw new Error(
          `STORE_URL: the folder ${folder} has a ${lockName(newest)}, which no service made: remove it`,
        );
      const lock = await FolderLock.#takeSomehow(folder, newest + 1, addressOf);
      if (lock !== undefined) await makeSpares(folder);
      return lock;
    } finally {
      await directory.close();
    }
  }

  /** @throws Error in one line where the file system has no room for a socket, not even that of the spare files. */
  static async #takeSomehow(
    ...place: [string, number, (name: string) => string]
  ): Promise<FolderLock | undefined> {
    const [folder] = place;
    try {
      return await FolderLock.#take(...place);
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    for (const spare of SPARES) await rm(join(folder, spare), ALL);
    try {
      return await FolderLock.#take(...place);
    } catch (error) {
      if (!isFull(error)) throw error;
      throw new Error(`STORE_URL: the file system of ${folder} has no room for the socket of the lock`);
    }
  }

  static async #take(
    folder: string,
    number: number,
    addressOf: (name: string) => string,
  ): Promise<FolderLock | undefined> {
    const starting = `start-${randomUUID().slice(0, 8)}.sock`;
    const server = await listen(addressOf(starting));
    const path = join(folder, lockName(number));
    try {
      await link(join(folder, starting), path);
      const lock = new FolderLock(server, path, await identityOf(path));
      if ((await newestIn(folder)) === number) {
        await removeDead(folder, number, addressOf);
        return lock;
      }
    } catch (error) {
      // Others were faster, or their clearing away took what had only begun: look again.
      if (codeOf(error) !== 'EEXIST' && codeOf(error) !== 'ENOENT') {
        await close(server);
        throw error;
      }
    } finally {
      await rm(join(folder, starting), { force: true });
    }
    await close(server);
    return undefined;
  }

  /** @throws Error when the folder is gone, or another one is in its place: this process may not write there. */
  async check(): Promise<void> {
    if ((await identityOf(this.#path)) !== this.#identity)
      throw new Error(`${this.#path} is no longer the socket of this process`);
  }

  /** Lets the next process have the folder. */
  async release(): Promise<void> {
    await close(this.#server);
  }
}

function lockName(number: number): string {
  return `lock-${number}.sock`;
}

async function newestIn(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map(numberOf).filter((number) => number <= MAX_NUMBER);
  return Math.max(0, ...numbers);
}

/** Of what may be a lock; 0 for all else. */
function numberOf(name: string): number {
  return Number(/^lock-(\d+)\.sock$/.exec(name)?.[1] ?? 0);
}

async function identityOf(path: string): Promise<string> {
  const { dev, ino } = await lstat(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** Everybody may connect: what a root process left must not look alive to another user. */
async function listen(address: string): Promise<Server> {
  const server = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: address, readableAll: true, writableAll: true }, resolve);
  });
  return server.unref();
}

/** The room of its socket is free afterwards, not at once. */
async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}

/**
 * Nobody listens where there is no socket: an owner's name is one, never a link to one. Of a socket only a refusal shows it. Where
 * connecting fails otherwise, somebody may.
 */
async function isDead(folder: string, name: string, addressOf: (name: string) => string): Promise<boolean> {
  if (!(await isSocket(join(folder, name)))) return true;
  return new Promise((resolve) => {
    const connection = connect(addressOf(name));
    connection.once('connect', () => {
      connection.destroy();
      resolve(false);
    });
    connection.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'));
  });
}

async function isSocket(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSocket();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Where there is no room for them even now, the next start may have none either, and says so. */
async function makeSpares(folder: string): Promise<void> {
  await Promise.allSettled(SPARES.map((spare) => writeFile(join(folder, spare), '', { flag: 'wx' })));
}

/** Sockets of former owners, and of starts that were killed. What cannot be removed does no harm. */
async function removeDead(folder: string, owned: number, addressOf: (name: string) => string): Promise<void> {
  for (const name of await readdir(folder)) {
    const isOld = numberOf(name) > 0 && name !== lockName(owned);
    const isOurs = isOld || /^start-.*\.sock$/.test(name);
    if (isOurs && (await isDead(folder, name, addressOf))) await Promise.allSettled([rm(join(folder, name))]);
  }
}
