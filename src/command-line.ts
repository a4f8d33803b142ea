import { parseArgs } from 'node:util';
import { ConfigError, describeSettings, flagOf, SETTINGS, type SettingName } from './config.js';

/** What the arguments ask for: the service, by default; `settings` are what flags set, by variable. */
export interface Arguments {
  readonly asked: 'help' | 'version' | 'service';
  readonly settings: Readonly<Partial<Record<SettingName, string>>>;
}

const FLAGS: ReadonlyMap<string, SettingName> = new Map(SETTINGS.map((name) => [flagOf(name), name]));

const OPTIONS: Readonly<Record<string, { type: 'string' | 'boolean'; short?: string }>> = {
  ...Object.fromEntries([...FLAGS.keys()].map((flag) => [flag.slice(2), { type: 'string' }])),
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
};

/**
 * Reads the arguments after the program's name: `--help`, `--version`, and a flag for every variable
 * (`--store-url=…` or `--store-url …` for STORE_URL).
 *
 * @throws ConfigError for an argument that is not known, and for a flag that is given twice or without a
 *   value.
 */
export function readArguments(args: readonly string[]): Arguments {
  const { values, tokens } = parse(args);
  const settings: Partial<Record<SettingName, string>> = {};
  for (const token of tokens) {
    const name = token.kind === 'option' ? FLAGS.get(token.rawName) : undefined;
    if (token.kind !== 'option' || name === undefined) continue;
    if (name in settings) throw new ConfigError(`${token.rawName}: is given twice`);
    // An empty variable counts as absent. A flag does not: `--api-keys=$KEYS` must not open the service.
    if (!token.value) throw new ConfigError(`${token.rawName}: has no value`);
    settings[name] = token.value;
  }
  const asked = values.help ? 'help' : values.version ? 'version' : 'service';
  return { asked, settings };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: joined(args), options: OPTIONS, tokens: true });
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
    throw new ConfigError(`${reason}: see --help`);
  }
}

/**
 * Every flag as one argument with its value: parseArgs takes the value of `--port -1` for another flag. A
 * flag that ends the arguments or stands before another has an empty value.
 */
function joined(args: readonly string[]): string[] {
  const [first, second, ...others] = args;
  if (first === undefined) return [];
  if (!FLAGS.has(first)) return [first, ...joined(args.slice(1))];
  if (second === undefined || isOption(second)) return [`${first}=`, ...joined(args.slice(1))];
  return [`${first}=${second}`, ...joined(others)];
}

/** Also one that is not known: a misspelt flag is no value. */
function isOption(argument: string): boolean {
  return argument.startsWith('--') || argument === '-h';
}

/** The text of `--help`. */
export function helpText(version: string): string {
  return `Reward calibration ${version}

Usage: reward-calibration-server [--port 8080] [--store-url=file:./data] …
       in a checkout: npm start -- …, or after npm run build: node dist/server.js …

Serves HTTP; /docs describes the API. Everything is configured by flags or by environment variables; flags win.
Other users of the machine can read flags: keep secrets in variables.

  -h, --help   print this and end
  --version    print the version and end

${describeSettings()}`;
}
