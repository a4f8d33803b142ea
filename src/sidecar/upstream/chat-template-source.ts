import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type ChatTemplateSource, UnlearnableTemplate } from '../responses/learnt-template.js';

/** The files of a tokenizer's folder, as transformers saves them. */
const TOKENIZER_CONFIG = 'tokenizer_config.json';
const TEMPLATE_FILE = 'chat_template.jinja';

const namedTemplate = z.object({ name: z.string(), template: z.string() });
const tokenizerConfig = z.looseObject({
  chat_template: z.union([z.string(), z.array(namedTemplate)]).nullish(),
  add_bos_token: z.boolean().nullish(),
});
/** A special token: its text, or an object with it. */
const specialToken = z.union([
  z.string(),
  z.object({ content: z.string() }).transform(({ content }) => content),
]);

/** Whether the setting is a template itself, not the path of one. */
export function isInlineTemplate(setting: string): boolean {
  return /\{[{%]/.test(setting);
}

/**
 * The template of the setting `chat_template`: inline, a `tokenizer_config.json`, or a Jinja file. Of the
 * two files that a tokenizer's folder may have, the one beside the one named fills in what it lacks:
 * special tokens, or the template.
 *
 * @throws UnlearnableTemplate for a file that cannot be read, or that holds no template.
 */
export function readChatTemplate(setting: string): ChatTemplateSource {
  if (isInlineTemplate(setting)) return { template: setting, tokens: {} };
  const folder = dirname(setting);
  if (/\.json$/i.test(setting)) {
    const config = readConfig(readFile(setting), setting);
    const template = templateOf(config) ?? readFileIfThere(join(folder, TEMPLATE_FILE));
    if (template === undefined) throw new UnlearnableTemplate(`${basename(setting)} has no chat_template`);
    return { template, ...specialsOf(config) };
  }
  const template = readFile(setting);
  const beside = readFileIfThere(join(folder, TOKENIZER_CONFIG));
  return {
    template,
    ...(beside === undefined ? { tokens: {} } : specialsOf(readConfig(beside, TOKENIZER_CONFIG))),
  };
}

type TokenizerConfig = z.output<typeof tokenizerConfig>;

function readConfig(text: string, path: string): TokenizerConfig {
  const parsed = tokenizerConfig.safeParse(parseJson(text, path));
  if (!parsed.success) throw new UnlearnableTemplate(`${basename(path)} is not a tokenizer's configuration`);
  return parsed.data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new UnlearnableTemplate(`${basename(path)} is not JSON`);
  }
}

function templateOf({ chat_template: given }: TokenizerConfig): string | undefined {
  if (given == null || typeof given === 'string') return given ?? undefined;
  return (given.find(({ name }) => name === 'default') ?? given[0])?.template;
}

function specialsOf(config: TokenizerConfig): Pick<ChatTemplateSource, 'tokens' | 'addedBos'> {
  const tokens = tokensOf(config);
  const { bos_token: bos } = tokens;
  // Tokenizers whose BOS also ends texts (GPT-NeoX, OLMo) add none, and few of them say so.
  const addsNone = config.add_bos_token === false || bos === '<|endoftext|>';
  return { tokens, addedBos: addsNone ? [] : bos === undefined ? undefined : [bos] };
}

function tokensOf(config: TokenizerConfig): Record<string, string> {
  const tokens = Object.entries(config).flatMap(([name, value]) => {
    const token = name.endsWith('_token') ? specialToken.safeParse(value) : undefined;
    return token?.success ? [[name, token.data] as const] : [];
  });
  return Object.fromEntries(tokens);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UnlearnableTemplate(`${path} cannot be read (${codeOf(error)})`);
  }
}

function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UnlearnableTemplate(`${path} cannot be read (${codeOf(error)})`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
