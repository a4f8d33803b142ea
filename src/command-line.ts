import { parseArgs } from 'node:util';
import { ConfigError, describeVariables } from './config.js';

/** What the command line asks for; undefined where it asks for the service. */
export type Asked = 'help' | 'version' | undefined;

/**
 * Reads the arguments after the program's name.
 *
 * @throws ConfigError for an argument that is not known.
 */
export function readArguments(args: readonly string[]): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    });
    if (values.help) return 'help';
    return values.version ? 'version' : undefined;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new ConfigError(`${reason}: see --help`);
  }
}

/** The text of `--help`. */
export function helpText(version: string): string {
  return `Reward calibration ${version}

Usage: npm start, or: node dist/server.js [--help] [--version]

Serves HTTP; /docs describes the API. Everything is configured by environment variables:

${describeVariables()}`;
}
