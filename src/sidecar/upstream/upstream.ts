import { createRequire } from 'node:module';
import { z } from 'zod';
import { rewardModelName } from '../../curves/reward-model-name.js';

/** Reward-model servers whose contract the sidecar speaks (contracts, B). */
export const UPSTREAM_KINDS = [
  'openrlhf',
  'vllm-classify',
  'vllm-pooling',
  'sglang-classify',
  'openai-embeddings',
  'tei-predict',
] as const;
export type UpstreamKind = (typeof UPSTREAM_KINDS)[number];

/** A name that is a segment of a path: `/sidecar/NAME/get_reward`. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const milliseconds = (fallback: number) => z.int().min(1).max(3_600_000).default(fallback);

/**
 * One reward-model server behind the sidecar, every default filled in. Only configured
 * servers are ever called.
 */
export const upstreamSchema = z.strictObject({
  name: z
    .string()
    .regex(NAME, 'must be up to 64 lower-case letters, digits, ".", "_" or "-"')
    .describe('The segment of the path: /sidecar/NAME/…'),
  reward_model: rewardModelName.describe('Whose curve calibrates'),
  kind: z.enum(UPSTREAM_KINDS),
  url: z
    .url({ protocol: /^https?$/ })
    // Addresses end up in logs; a key belongs in `headers`.
    .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), 'must not hold a user or password: use headers')
    .describe('Without the path of the contract'),
  model: z
    .string()
    .optional()
    .describe('The `model` field, where the contract has one; by default the reward model'),
  legacy_activation: z
    .boolean()
    .default(false)
    .describe('For vLLM before 0.11.1, which spells `use_activation` as `activation`'),
  parameters: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Fields that change the score, sent with every request whose caller says nothing of them'),
  strip_bos: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe('`auto`: a text that brings its BOS leaves it here where the server adds one'),
  unknown_fields: z
    .enum(['refuse', 'ignore'])
    .default('refuse')
    .describe("`ignore`: pass over fields of requests that are not of the caller's contract"),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Sent with every request; `$NAME` in a value is replaced by the environment variable NAME'),
  timeout: milliseconds(60_000).describe('Milliseconds for one try'),
  retries: z.int().min(0).max(10).default(3).describe('Tries after the first'),
  batch: z
    .strictObject({
      size: z.int().min(1).max(4_096).default(32).describe('Most texts in one request'),
      wait: z
        .int()
        .min(0)
        .max(10_000)
        .default(5)
        .describe('Milliseconds that a text may wait for company; twice that while callers return'),
      concurrency: z.int().min(1).max(256).default(2).describe('Most requests under way'),
      queue: z.int().min(1).default(4_096).describe('Most texts waiting; one more gets a 503'),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      failures: z.int().min(1).default(5).describe('Failed requests in a row that open the breaker'),
      pause: milliseconds(5_000).describe('Milliseconds until it is tried again'),
    })
    .prefault({}),
  chat_template: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The chat template of the texts: a tokenizer_config.json, a chat_template.jinja, or the template itself',
    ),
  response_marker: z
    .string()
    .min(1)
    .optional()
    .describe('What stands before the response in the text, where no chat template shows it'),
  special_tokens: z
    .array(z.string().min(1))
    .default([])
    .describe('Further tokens that end a response and do not count'),
  count_thinking: z
    .boolean()
    .default(true)
    .describe("Whether thoughts (`<think>`, harmony's analysis channel) count as part of a response"),
  version: z.int().min(1).optional().describe('Pin a version of the curve'),
  mode: z
    .enum(['calibrate', 'shadow'])
    .default('calibrate')
    .describe('`shadow` answers raw rewards and only records what calibration would have done'),
  on_missing_curve: z.enum(['passthrough', 'error']).default('passthrough'),
  on_upstream_failure: z
    .enum(['error', 'null'])
    .default('error')
    .describe('`null`: answer null rewards, where the contract can say so'),
  observe: z.boolean().default(true).describe('Keep the numbers (never text) for fits'),
  refit: z
    .strictObject({
      first: z
        .boolean()
        .default(true)
        .describe('Fit as soon as `min_samples` were observed and there is no curve'),
      min_samples: z.int().min(10).default(2_000),
      every_samples: z
        .int()
        .min(10)
        .optional()
        .describe(
          'Refit after so many more; by default never: a reward that moves under the policy is a hazard',
        ),
      every_seconds: z.int().min(1).optional(),
      on_drift: z
        .boolean()
        .default(false)
        .describe(
          'Refit when the correlation of the calibrated rewards has come back; then audit again, on samples of the policy',
        ),
    })
    .prefault({}),
});

/** `snake_case` as `snakeCase`. */
type CamelCase<Name> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** Settings under the names that the code uses. */
type Renamed<Settings> = { readonly [Name in keyof Settings as CamelCase<Name>]: Settings[Name] };

type ConfiguredUpstream = z.output<typeof upstreamSchema>;

/** One configured upstream. */
export type Upstream = Renamed<Omit<ConfiguredUpstream, 'refit'>> & {
  readonly refit: Renamed<ConfiguredUpstream['refit']>;
};

/** The upstream of a checked configuration, its names changed from snake case to those of the code. */
export function toUpstream({ refit, ...settings }: ConfiguredUpstream): Upstream {
  return { ...renamed(settings), refit: renamed(refit) };
}

function renamed<Settings extends object>(settings: Settings): Renamed<Settings> {
  const entries = Object.entries(settings).map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries);
}

/** All upstreams; their names differ. */
export const upstreamsSchema = z.array(upstreamSchema).superRefine((upstreams, context) => {
  upstreams.forEach(({ name }, i) => {
    if (upstreams.findIndex((other) => other.name === name) < i)
      context.addIssue({ code: 'custom', path: [i, 'name'], message: 'is taken by another upstream' });
  });
});

/** Headers that the client sets itself, or that HTTP keeps for the connection. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The headers of an upstream, with names in lower case. Every `$NAME` in a value is replaced by the
 * environment variable NAME, so that keys need not be in the configuration.
 *
 * @throws Error in one line that names the header, never a value: for a variable that is missing or empty,
 *   for characters that a header cannot hold, for a header that the client sets itself.
 */
export function resolveHeaders(
  headers: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const resolved = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    value.replace(/\$([A-Za-z_]\w*)/g, (_, variable: string) => {
      const found = environment[variable];
      if (!found) throw new Error(`header ${name}: the environment variable ${variable} is not set`);
      return found;
    }),
  ]);
  // An import by name has Node 24 load its client of HTTP, too: 48 ms of every start.
  const { validateHeaderName, validateHeaderValue }: typeof import('node:http') = createRequire(
    import.meta.url,
  )('node:http');
  for (const [name = '', value = ''] of resolved) {
    if (RESERVED_HEADERS.has(name)) throw new Error(`header ${name}: is set by the service`);
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return Object.fromEntries(resolved);
}
