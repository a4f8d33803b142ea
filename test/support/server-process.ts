import type { ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { biasedColumns, UNHURRIED } from './app.js';
import { ENTRY, listeningUrl, startProgram, stopProcess } from './processes.js';

/** The built service as a process of its own on a free port. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly log: string[];
  /** Sends a signal and resolves with the exit code (null when killed). */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts `node dist/server.js` (npm test builds it first) and waits until it listens; ended with the test.
 */
export async function startServer(
  environment: Record<string, string>,
  flags: readonly string[] = [],
): Promise<ServerProcess> {
  const settings = { HOST: '127.0.0.1', PORT: '0', ...UNHURRIED, ...environment };
  const child = startProgram(process.execPath, [...flags, ENTRY], settings);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const log: string[] = [];
  const url = await listeningUrl(child, log);
  return { url, child, log, stop: (signal) => stopProcess(child, signal) };
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
