import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { biasedColumns } from './app.js';

/** The built service as a process of its own on a free port. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly log: string[];
  /** Sends a signal and resolves with the exit code (null when killed). */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** What `npm start` runs. */
export const ENTRY = new URL('../../dist/server.js', import.meta.url).pathname;

/** Starts `node dist/server.js` (npm test builds it first) and waits until it listens; ended with the test. */
export async function startServer(
  environment: Record<string, string>,
  flags: readonly string[] = [],
): Promise<ServerProcess> {
  const env = { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: '0', ...environment };
  const child = spawn(process.execPath, [...flags, ENTRY], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const log: string[] = [];
  const url = await listeningUrl(child, log);
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  return { url, child, log, stop };
}

/** The address that a process prints when it listens; its output is added to `log` line by line. */
export function listeningUrl(child: ChildProcess, log: string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the output of the process is not piped');
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const address = /Server listening at (http:\/\/[^"]+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${log.join('\n')}`)));
  });
}

/** POSTs JSON over a real socket. */
export async function postJson(
  url: string,
  body: unknown,
): Promise<{ status: number; body: ReturnType<JSON['parse']> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** The reward model of {@link startFitted}. */
export const FITTED = 'org/rm';

/** A server with a curve for {@link FITTED}, kept in memory. */
export async function startFitted(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info', ...environment });
  await postJson(`${server.url}/v1/fit`, { reward_model: FITTED, columns: biasedColumns(1_000) });
  return server;
}
