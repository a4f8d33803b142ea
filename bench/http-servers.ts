import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ENTRY, listeningUrl, startProgram, stopProcess } from '../test/support/processes.js';
import { onCore } from './http-pinning.js';

export const SERVICE = 'this service';
export const SERVER_NAMES = ['node:http', 'Fastify', SERVICE] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

/** A server as a process of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Ends it with SIGTERM and waits for its end. */
  stop(): Promise<void>;
}

const ECHO = new URL('http-echo.mjs', import.meta.url).pathname;

/** As `npm start` and the image start it. */
const START_FLAGS = ['--max-semi-space-size=32'];

/** The servers still running; they end with the benchmark, however it ends. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** An echo with nothing but the framework, or with less. */
export function startEcho(kind: 'http' | 'fastify', core: number): Promise<Server> {
  return startNode([ECHO, kind], {}, core);
}

/** The built service with production settings, on a free port; `environment` overrides the defaults. */
export function startService(environment: Record<string, string>, core?: number): Promise<Server> {
  const settings = { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...environment };
  return startNode([...START_FLAGS, ENTRY], settings, core);
}

/** A program for Node that prints its address in the words of Fastify's log once it listens. */
export async function startNode(
  args: string[],
  environment: Record<string, string>,
  core?: number,
): Promise<Server> {
  const [program, programArgs] = onCore(core, process.execPath, args);
  const child = startProgram(program, programArgs, { NODE_ENV: 'production', ...environment });
  return serverOf(child, await listeningUrl(endWithBenchmark(child)));
}

/** A process that answers at this address. */
export function serverOf(child: ChildProcess, url: string): Server {
  const stop = async () => {
    await stopProcess(child);
  };
  return { url, pid: Number(child.pid), stop };
}

/** The process; it ends with the benchmark, however that ends. */
export function endWithBenchmark(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Linux counts processor time in hundredths of a second (`getconf CLK_TCK`, 100 on every usual kernel). */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that the process has used (proc(5): utime and stime); NaN without /proc. */
export function processorSeconds(pid: number): number {
  const stat = readProc(pid, 'stat');
  // The second field, the program's name in parentheses, may hold spaces. Fields 14 and 15 are utime and
  // stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory in bytes (proc(5): VmRSS); NaN where there is no /proc. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readProc(pid, 'status'))?.[1]) * 1024;
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
