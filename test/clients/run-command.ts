import { spawn } from 'node:child_process';
import { once } from 'node:events';

interface CommandOptions {
  readonly input?: string;
  readonly environment?: Record<string, string>;
  /** Seconds after which the command is ended. */
  readonly limit: number;
  /** Called with every line of progress. */
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  /** null: it could not be started, or was ended when its time was over. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, or to the end of its time. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { input = '', environment = {}, limit, onLine }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(command, args, { env: { ...process.env, ...environment } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      if (onLine !== undefined) for (const line of text.split('\n')) if (line.trim() !== '') onLine(line);
    });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit * 1000);
  // A command that does not read its input says why it ended itself.
  child.stdin.on('error', ({ message }) => {
    said.stderr += message;
  });
  child.stdin.end(input);
  try {
    const [code] = await once(child, 'close');
    return { code, ...said };
  } catch (error) {
    return {
      code: null,
      stdout: said.stdout,
      stderr: error instanceof Error ? error.message : String(error),
    };
  } finally {
    clearTimeout(timer);
  }
}

/** The last line that a failed command said. */
export const reasonOf = ({ code, stdout, stderr }: CommandResult): string =>
  `${`${stdout}\n${stderr}`.trim().split('\n').at(-1)} (${code === null ? 'not started, or out of time' : `exit ${code}`})`;
