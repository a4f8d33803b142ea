import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Payload } from './http-payloads.js';
import { onCore } from './http-pinning.js';

/** What wrk repeats: the same request over a number of connections, for a time. */
export interface Load {
  readonly url: string;
  readonly request: Pick<Payload, 'contentType' | 'path' | 'body' | 'headers'>;
  readonly connections: number;
  readonly milliseconds: number;
  readonly core?: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** Requests that got what they asked for; the rates count no others. */
  readonly answered: number;
  /** Requests answered with a 4xx or 5xx. */
  readonly refused: number;
  readonly requestsPerSecond: number;
  readonly p99Milliseconds: number;
}

/** The line that {@link luaScript} prints for us amid wrk's own. */
const MARK = 'bench:';

/** Longer than any answer takes here (wrk's own default is 2 s). */
const TIMEOUT = '30s';

/** wrk's version, or undefined where it is not installed. */
export function wrkVersion(): string | undefined {
  const { error, stdout } = spawnSync('wrk', ['-v'], { encoding: 'utf8' });
  return error === undefined ? (/wrk (?:debian\/)?([\d.]+)/.exec(stdout)?.[1] ?? 'unknown') : undefined;
}

/**
 * Runs wrk with one thread; script and body pass through files in `folder`.
 *
 * @throws Error when a connection broke.
 */
export async function runWrk(load: Load, folder: string): Promise<LoadResult> {
  const script = join(folder, 'load.lua');
  const body = join(folder, 'body');
  writeFileSync(body, load.request.body);
  writeFileSync(script, luaScript(load.request, body));
  const args = ['--threads', '1', '--connections', String(load.connections), '--timeout', TIMEOUT];
  const output = await runFor(load, [...args, '--script', script, `${load.url}${load.request.path}`]);
  const line = output.split('\n').find((text) => text.startsWith(MARK));
  if (line === undefined) throw new Error(`wrk printed no result: ${output}`);
  const { requests, microseconds, p99, broken, refused } = JSON.parse(line.slice(MARK.length));
  if (broken > 0) throw new Error(`${load.request.path}: ${broken} requests without an answer`);
  const seconds = microseconds / 1e6;
  const answered = requests - refused;
  return { seconds, answered, refused, requestsPerSecond: answered / seconds, p99Milliseconds: p99 / 1e3 };
}

/** wrk takes whole seconds; SIGINT ends it earlier, with its results. */
async function runFor({ milliseconds, core }: Load, args: string[]): Promise<string> {
  const seconds = Math.ceil(milliseconds / 1000);
  const [program, programArgs] = onCore(core, 'wrk', ['--duration', `${seconds}s`, ...args]);
  const running = promisify(execFile)(program, programArgs);
  const early =
    milliseconds % 1000 === 0 ? undefined : setTimeout(() => running.child.kill('SIGINT'), milliseconds);
  try {
    return (await running).stdout;
  } finally {
    clearTimeout(early);
  }
}

/** A request that wrk builds once and repeats; JSON's strings of ASCII are Lua's. */
function luaScript({ contentType, headers }: Load['request'], body: string): string {
  const fields = Object.entries({ 'content-type': contentType, ...headers });
  return `
wrk.method = "POST"
wrk.body = assert(io.open(${JSON.stringify(body)}, "rb")):read("*a")
${fields.map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`).join('\n')}

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '${MARK}{"requests": %d, "microseconds": %d, "p99": %d, "broken": %d, "refused": %d}\\n',
    summary.requests, summary.duration, latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
`;
}
