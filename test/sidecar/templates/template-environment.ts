import { existsSync } from 'node:fs';
import { reasonOf, runCommand } from '../../clients/run-command.js';

const FOLDER = new URL('./', import.meta.url).pathname;
const VENV = new URL('../../../.venv-templates', import.meta.url).pathname;
const PYTHON = `${VENV}/bin/python`;

/** Some 3 MB; an index that does not answer ends this. */
const INSTALL_SECONDS = 300;
const RENDER_SECONDS = 300;

/** A conversation as a chat template writes it. */
export interface RenderedConversation {
  /** Its system prompt, which a template may leave out of an answered conversation (Mistral). */
  readonly system: string | null;
  /** With the opening of an answer behind it. */
  readonly prompt: string;
  /** With the answer, as a reward model scores it. */
  readonly text: string;
  /** The last message of the user: a bare prompt. */
  readonly question: string;
  /** What the last answer says. */
  readonly response: string;
  /** The response, with the empty block of thoughts that some templates write before it. */
  readonly written: string;
  /** Its length in code points, as Python counts them. */
  readonly length: number;
}

/** A published chat template with the conversations that it renders. */
export interface RenderedTemplate {
  /** The package that has it, and its name there: `trl/qwen3`. */
  readonly template: string;
  readonly family: string;
  /** Where the package was installed. */
  readonly path: string;
  readonly tokens: Readonly<Record<'bos_token' | 'eos_token', string>>;
  readonly conversations: readonly RenderedConversation[];
  /** Why it does not render the others. */
  readonly refusals: readonly string[];
}

/**
 * Published chat templates and what they render, by jinja2 in an environment of its own, .venv-templates; the
 * reason where there is no Python or no index.
 *
 * @param wishes what the last answers of the conversations say, by default one response that the script has;
 *   thoughts that precede it, of the conversations in which a template writes them.
 * @throws Error where the packages are installed and rendering fails all the same.
 */
export async function renderTemplates({
  responses = [],
  thoughts,
}: {
  readonly responses?: readonly string[];
  readonly thoughts?: string;
} = {}): Promise<readonly RenderedTemplate[] | string> {
  if (!existsSync(PYTHON)) {
    const made = await runCommand('python3', ['-m', 'venv', VENV], { limit: INSTALL_SECONDS });
    if (made.code !== 0) return `no Python with venv here: ${reasonOf(made)}`;
  }
  const list = `${FOLDER}requirements.txt`;
  // What the packages depend on (torch, among others) is not needed for reading their files.
  const install = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--retries',
    '1',
    '--no-deps',
    '--only-binary',
    ':all:',
  ];
  const installed = await runCommand(PYTHON, [...install, '-r', list], { limit: INSTALL_SECONDS });
  if (installed.code !== 0) return `no index with trl, axolotl and jinja2: ${reasonOf(installed)}`;
  const options = thoughts === undefined ? [] : ['--thoughts', thoughts];
  const render = [`${FOLDER}render-templates.py`, ...options, ...responses];
  const rendered = await runCommand(PYTHON, render, { limit: RENDER_SECONDS });
  if (rendered.code !== 0) throw new Error(rendered.stderr);
  return JSON.parse(rendered.stdout);
}
