import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { textWithoutByteOrderMark } from './bytes/byte-order-mark.js';
import { memoryLimit } from './bytes/memory-limit.js';
import { isInlineTemplate } from './sidecar/upstream/chat-template-source.js';
import { readUpstreams } from './sidecar/upstream/read-upstreams.js';
import type { Upstream } from './sidecar/upstream/upstream.js';
import { type Unit, whole } from './whole-number.js';

const count = (fallback: number, least = 1, unit?: Unit) => whole({ least, unit }).default(fallback);

/** Node fires timers at once when they are set to more than this, which is 24 days. */
export const LONGEST_TIMER = 2_147_483_647;

const timer = (fallback: number, least = 1) =>
  whole({ least, most: LONGEST_TIMER, unit: 'milliseconds' }).default(fallback);

/** Empty, or segments of unreserved characters (RFC 3986), none of them `.` or `..`. */
const BASE_PATH = /^(?:\/[\w~-][\w.~-]*)*$/;

/** First segments of the service's own routes: below one of these, some would look like others. */
const OWN_PATHS = new Set(['v1', 'sidecar', 'docs', 'assets', 'health', 'metrics', 'openapi.json']);

/**
 * Every environment variable that the service reads, with its default and its meaning; each is a flag of the
 * command line, too. A test checks the README's table against this schema.
 */
export const configSchema = z.object({
  HOST: z.string().min(1).default('0.0.0.0').describe('Address to listen on'),
  PORT: whole({ least: 0, most: 65_535 }).default(8080).describe('Port to listen on; 0 takes a free one'),
  BASE_PATH: z
    .string()
    .default('')
    .refine(
      (path) => BASE_PATH.test(path),
      'must be segments such as /calibration, without a slash at the end',
    )
    .refine((path) => !OWN_PATHS.has(path.split('/')[1] ?? ''), 'must not begin like a path of the service')
    .describe(
      'Path below which a reverse proxy has the service, such as `/calibration`; the proxy may strip it',
    ),
  STORE_URL: z
    .string()
    .regex(/^(memory:|file:.+)$/, 'must be memory: or file:FOLDER')
    .default('file:./data')
    .describe('Where curves are kept: `file:FOLDER`, or `memory:` (nothing survives)'),
  LOCK_WAIT: count(10, 0, 'seconds').describe(
    'Seconds to wait at the start while another process has the folder of STORE_URL',
  ),
  API_KEYS: z
    .string()
    .default('')
    .transform((keys) => (keys === '' ? [] : keys.split(',').map((key) => key.trim())))
    // If it were ignored, the empty entry of `API_KEYS=,` would leave the service open to everyone.
    .refine((keys) => keys.every((key) => key !== ''), 'must not hold an empty key')
    .describe(
      'Comma-separated keys; when set, `/v1` and `/sidecar` want `Authorization: Bearer KEY`, or the key as the password of the URL (HTTP Basic)',
    ),
  MAX_BATCH: count(100_000).describe(
    'Most samples in one calibrate request; of an ensemble, samples times reward models',
  ),
  MAX_FIT_SAMPLES: count(10_000_000, 10).describe('Most samples in one fit'),
  BODY_LIMIT: count(67_108_864, 1_024, 'bytes').describe('Most bytes in one request body'),
  MAX_BYTES_IN_FLIGHT: count(0, 0, 'bytes').describe(
    'Most bytes of all bodies under way, and of lines that wait to be read; 0 = a quarter of the memory',
  ),
  MAX_CONNECTIONS: count(10_000).describe(
    'Most connections; what comes over more gets a 503, and beyond twice as many they are ended at once',
  ),
  MAX_STREAMS: count(256).describe('Most NDJSON bodies under way at once; one more gets a 503'),
  LINE_LIMIT: count(4_194_304, 1_024, 'bytes').describe(
    'Most bytes in one line of NDJSON; such a body has no limit',
  ),
  MAX_REWARD_MODELS: count(100).describe('Most reward models with curves or observed samples'),
  KEEP_VERSIONS: count(10).describe('Versions kept per reward model; a change of strength is one, too'),
  FIT_THREADS: count(1).describe('Fits that run at once, each in its own thread'),
  FIT_QUEUE: count(16, 0).describe('Fits that may wait for a thread; one more gets a 503'),
  WORK_TIMEOUT: timer(600_000).describe(
    'Milliseconds that a fit, an evaluation or a leaderboard may run in its thread; then a 422',
  ),
  WINDOW_SAMPLES: count(100_000, 10).describe(
    'Recent samples kept per reward model for refit (numbers only)',
  ),
  MAX_EVENT_LOOP_DELAY: count(100, 0, 'milliseconds').describe(
    'Milliseconds that requests may wait for the event loop; a load that makes all wait longer gets 503s; 0 = any time',
  ),
  REQUEST_TIMEOUT: timer(30_000).describe(
    'Milliseconds in which a client must send a head, move a megabyte (or the rest) of a body or an answer, or a line of a stream',
  ),
  DRAIN_DELAY: timer(0, 0).describe(
    'Milliseconds for which new connections are still taken after SIGTERM, not ready any more; 5000 behind a balancer',
  ),
  SHUTDOWN_TIMEOUT: timer(30_000).describe(
    'Milliseconds that requests in flight get after SIGTERM and DRAIN_DELAY',
  ),
  UPSTREAMS: z
    .string()
    .default('')
    .describe('Reward-model servers behind the sidecar, as a JSON array (As a sidecar)'),
  UPSTREAMS_FILE: z.string().default('').describe('The same as a JSON or YAML file, instead'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('pino log level'),
});

/** The name of a variable. */
export type SettingName = keyof typeof configSchema.shape;

/** The names of all variables, in the order of the documentation. */
export const SETTINGS: readonly SettingName[] = configSchema.keyof().options;

/** The flag of the command line that sets a variable: `--store-url` for STORE_URL. */
export function flagOf(name: string): string {
  return `--${name.toLowerCase().replaceAll('_', '-')}`;
}

/** The service's configuration, complete and checked. */
export type Config = z.output<typeof configSchema> & {
  /** Of UPSTREAMS or UPSTREAMS_FILE; variables in headers are replaced. */
  readonly upstreams: readonly Upstream[];
};

/** Thrown for a wrong flag or environment variable; its message is one line for a person. */
export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from environment variables, an empty one of which counts as absent, and from what
 * flags of the command line set, which win.
 *
 * @throws ConfigError naming every wrong variable or flag, as it was set, and its rule, in one line.
 */
export function readConfig(
  environment: Environment,
  flags: Readonly<Partial<Record<SettingName, string>>> = {},
): Config {
  const named: Named = (name) => (name in flags ? flagOf(name) : name);
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const parsed = configSchema.safeParse({ ...Object.fromEntries(given), ...flags });
  if (!parsed.success)
    throw wrong(parsed.error.issues.map(({ path, message }) => `${named(path.join('.'))}: ${message}`));
  return {
    ...parsed.data,
    MAX_BYTES_IN_FLIGHT: bytesInFlight(parsed.data, named),
    upstreams: configuredUpstreams(parsed.data, environment, named),
  };
}

/** What is not set follows from the memory; the largest body that is allowed always fits in by itself. */
function bytesInFlight(
  { MAX_BYTES_IN_FLIGHT, BODY_LIMIT }: z.output<typeof configSchema>,
  named: Named,
): number {
  if (MAX_BYTES_IN_FLIGHT === 0) return Math.max(BODY_LIMIT, Math.floor(memoryLimit() / 4));
  if (MAX_BYTES_IN_FLIGHT < BODY_LIMIT)
    throw wrong([
      `${named('MAX_BYTES_IN_FLIGHT')}: must be at least ${named('BODY_LIMIT')} (${BODY_LIMIT} bytes)`,
    ]);
  return MAX_BYTES_IN_FLIGHT;
}

/** What a person calls a setting: its flag where that set it, else its variable. */
type Named = (name: string) => string;

/**
 * The settings, one per line: flag, environment variable, default and meaning, for people at a terminal.
 */
export function describeSettings(): string {
  const defaults: Readonly<Record<string, unknown>> = configSchema.parse({});
  const entries = Object.entries(configSchema.shape).map(([name, { description = '' }]) => {
    const value = String(defaults[name]);
    return { flag: flagOf(name), name: value === '' ? name : `${name}=${value}`, description };
  });
  const flagWidth = Math.max(...entries.map(({ flag }) => flag.length));
  const nameWidth = Math.max(...entries.map(({ name }) => name.length));
  return entries
    .map(
      ({ flag, name, description }) =>
        `  ${flag.padEnd(flagWidth)}  ${name.padEnd(nameWidth)}  ${description}\n`,
    )
    .join('');
}

function configuredUpstreams(
  { UPSTREAMS, UPSTREAMS_FILE, MAX_REWARD_MODELS }: z.output<typeof configSchema>,
  environment: Environment,
  named: Named,
): readonly Upstream[] {
  if (UPSTREAMS !== '' && UPSTREAMS_FILE !== '')
    throw wrong([`${named('UPSTREAMS_FILE')}: is set beside ${named('UPSTREAMS')}`]);
  if (UPSTREAMS === '' && UPSTREAMS_FILE === '') return [];
  const variable = named(UPSTREAMS === '' ? 'UPSTREAMS_FILE' : 'UPSTREAMS');
  const source =
    UPSTREAMS_FILE === ''
      ? ({ text: UPSTREAMS, format: 'json' } as const)
      : ({
          text: readText(UPSTREAMS_FILE, variable),
          format: /\.json$/i.test(UPSTREAMS_FILE) ? 'json' : 'yaml',
        } as const);
  const { upstreams, problems } = readUpstreams(source, environment);
  if (problems.length > 0)
    throw wrong(problems.map(({ place, message }) => `${variable}${place}: ${message}`));
  if (new Set(upstreams.map(({ rewardModel }) => rewardModel)).size > MAX_REWARD_MODELS)
    throw wrong([
      `${variable}: names more reward models than ${named('MAX_REWARD_MODELS')} (${MAX_REWARD_MODELS})`,
    ]);
  return UPSTREAMS_FILE === ''
    ? upstreams
    : upstreams.map((upstream) => besideFile(upstream, UPSTREAMS_FILE));
}

/** The upstream with the path of its chat template taken from the folder of the configuration's file. */
function besideFile(upstream: Upstream, file: string): Upstream {
  const { chatTemplate } = upstream;
  if (chatTemplate === undefined || isInlineTemplate(chatTemplate)) return upstream;
  return { ...upstream, chatTemplate: resolve(dirname(file), chatTemplate) };
}

function readText(path: string, variable: string): string {
  try {
    return textWithoutByteOrderMark(readFileSync(path, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw wrong([`${variable}: cannot be read (${code})`]);
  }
}

function wrong(problems: readonly string[]): ConfigError {
  return new ConfigError(`wrong configuration: ${problems.join('; ')}`);
}
