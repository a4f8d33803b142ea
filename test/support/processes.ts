import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** What `npm start` runs. */
export const ENTRY = new URL('../../dist/server.js', import.meta.url).pathname;

/** Starts a program whose output is read; nothing of this process's environment reaches it but `PATH`. */
export function startProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const env = { PATH: process.env.PATH ?? '', ...environment };
  return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * The address that a process prints when it listens, in the words of Fastify's log. Its output is read to the
 * end, so that its pipe never fills, and added to `log` line by line where one is given.
 */
export function listeningUrl(child: ChildProcess, log?: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the output of the process is not piped');
    createInterface({ input: child.stdout }).on('line', (line) => {
      log?.push(line);
      const address = /Server listening at (http:\/\/[^"\s]+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`the process ended with ${code} before it listened: ${log?.join('\n') ?? ''}`));
    });
  });
}

/**
 * Sends a signal, and resolves to the exit code when the process has ended: null when the signal ended it.
 */
export async function stopProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}

/** A port of the loopback that was free a moment ago: for programs that take none by themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
