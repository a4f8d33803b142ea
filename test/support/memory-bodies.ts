import { gzipSync } from 'node:zlib';
import { Dictionary, Table, tableFromArrays, tableToIPC, Uint8, Utf8, vectorFromArray } from 'apache-arrow';

/** A body to be sent, and where. */
export interface HeavyBody {
  readonly name: string;
  readonly route: string;
  readonly method?: 'PUT';
  readonly format?: 'application/x-ndjson' | 'application/vnd.apache.arrow.stream';
  readonly encoding?: 'gzip';
  /** No more than so many bytes: for what takes long to answer. */
  readonly most?: number;
  /** At least so many bytes, once inflated. */
  readonly make: (bytes: number) => string | Uint8Array;
}

const rm = 'org/rm';
const query = '?reward_model=org%2Frm';
const NDJSON = 'application/x-ndjson';
const ARROW = 'application/vnd.apache.arrow.stream';

/** `before`, as many parts as it takes (numbered from 0), separated, and `after`. */
function filled(
  before: string,
  part: string | ((i: number) => string),
  after: string,
  separator = ',',
): (bytes: number) => string {
  return (bytes) => {
    if (typeof part === 'string') {
      const each = part + separator;
      return before + each.repeat(Math.ceil(bytes / each.length)) + part + after;
    }
    const parts = [part(0)];
    for (let length = 0, i = 1; length < bytes; i++) {
      const next = part(i);
      length += next.length + separator.length;
      parts.push(next);
    }
    return before + parts.join(separator) + after;
  };
}

const samples = (row: string | ((i: number) => string), more = '') =>
  filled(`{"reward_model":"${rm}"${more},"samples":[`, row, ']}');
const lines = (line: string) => filled('', line, '\n', '\n');

/** Columns of one-digit numbers: four bytes a sample, or eight with groups of two. */
function columns(more: string, withGroups = false): (bytes: number) => string {
  return (bytes) => {
    const count = Math.ceil(bytes / (withGroups ? 9 : 4));
    const digits = (shift: number) => Array.from({ length: count }, (_, i) => (i + shift) % 10).join();
    const groups = withGroups
      ? `,"groups":[${Array.from({ length: count }, (_, i) => `"${String.fromCharCode(0x21 + ((i >> 1) % 60) + ((i >> 1) % 60 > 0 ? 1 : 0)).replace('\\', '|')}"`).join()}]`
      : '';
    return `{${more}"columns":{"rewards":[${digits(0)}],"chars":[${digits(3)}]${groups}}}`;
  };
}

/** Columns whose numbers are all different and have a fraction. */
function fractions(more: string): (bytes: number) => string {
  return (bytes) => {
    const count = Math.ceil(bytes / 14);
    const numbers = (factor: number) =>
      Array.from({ length: count }, (_, i) => (((i * factor) % 999_983) / 1e4).toFixed(3)).join();
    return `{${more}"columns":{"rewards":[${numbers(7)}],"chars":[${numbers(7_919)}]}}`;
  };
}

function arrow(type: Int8ArrayConstructor | Float64ArrayConstructor): (bytes: number) => Uint8Array {
  return (bytes) => {
    const count = Math.ceil(bytes / (2 * type.BYTES_PER_ELEMENT));
    const column = (shift: number) => new type(count).map((_, i) => (i + shift) % 100);
    return tableToIPC(tableFromArrays({ rewards: column(0), chars: column(3) }), 'stream');
  };
}

/**
 * Two bytes of numbers a sample, and a prompt for every two: four bytes between offsets, or one of 200 in a
 * dictionary.
 */
function arrowWithGroups(type: Utf8 | Dictionary<Utf8>): (bytes: number) => Uint8Array {
  return (bytes) => {
    const count = Math.ceil(bytes / (type instanceof Utf8 ? 10 : 3));
    const column = (shift: number) => vectorFromArray(new Int8Array(count).map((_, i) => (i + shift) % 100));
    const prompt = (i: number) =>
      ((i >> 1) % (type instanceof Utf8 ? 36 ** 4 : 200)).toString(36).padStart(4, '0');
    const groups = vectorFromArray(
      Array.from({ length: count }, (_, i) => prompt(i)),
      type,
    );
    return tableToIPC(new Table({ rewards: column(0), chars: column(3), groups }), 'stream');
  };
}

function knots(bytes: number): string {
  const count = Math.ceil(bytes / 10);
  const numbers = Array.from({ length: count }, (_, i) => i);
  const column = (value: (i: number) => number) => numbers.map(value).join();
  return `{"schema_version":1,"reward_model":"${rm}","fitted_at":"2026-11-23T09:30:00.000Z","estimator":"lwr","frac":0.5,"iterations":3,"samples":100,"characteristics":[{"name":"chars","alpha":1,"mean_bias":0,"knots":[${column((i) => i)}],"biases":[${column(() => 1)}]}],"diagnostics":{"spearman":{"before":0,"after":0},"pearson":{"before":0,"after":0},"residual_scale":1,"robust_weight_removed":0,"fit_seconds":0}}`;
}

const model = `"reward_model":"${rm}",`;
const pair = '{"chosen":{"reward":1,"response":"aa"},"rejected":{"reward":0,"response":"a"}}';
const completions = '{"subset":"Math","scores":[1,0],"text":["a","b"]}';
const output = (i: number) =>
  `{"generator":"${i % 10}","prompt_id":${Math.floor(i / 10)},"reward":${i % 7},"response":"${'a'.repeat(i % 5)}"}`;

/** An eighth of the body are the baselines of the outputs. */
function outputs(bytes: number): string {
  const count = Math.ceil(bytes / 64);
  const list = Array.from({ length: count }, (_, i) => output(i)).join();
  const baselines = Array.from(
    { length: Math.ceil(count / 10) },
    (_, i) => `{"prompt_id":${i},"response":"a"}`,
  );
  return `{"outputs":[${list}],"baseline":[${baselines.join()}]}`;
}

/** What JSON may be filled with, that takes most and is wrong everywhere. */
const wrong = (route: string, list: string, method?: 'PUT'): HeavyBody[] =>
  [
    { name: '{"a":1} rows', make: filled(`{"${list}":[`, '{"abcde":1}', ']}') },
    { name: 'number rows', make: filled(`{"${list}":[`, '1', ']}') },
    { name: 'text rows', make: filled(`{"${list}":[`, '"ab"', ']}') },
  ].map((body) => ({ ...body, name: `wrong: ${body.name}`, route, ...(method && { method }) }));

/** What is refused before it is parsed: on the event loop, and in a thread. */
const unparsed = (route: string): HeavyBody[] =>
  [
    { name: 'nested lists', make: (bytes: number) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2) },
    {
      name: 'nested objects',
      make: (bytes: number) => `${'{"a":'.repeat(bytes / 6)}1${'}'.repeat(bytes / 6)}`,
    },
    { name: '{} rows', make: filled('{"samples":[', '{}', ']}') },
    { name: 'unknown keys', make: filled('{', (i) => `"k${i.toString(36)}":1`, '}') },
  ].map((body) => ({ ...body, name: `wrong: ${body.name}`, route }));

/** The worst bodies, right and wrong, that are known for every route. */
export const HEAVY_BODIES: readonly HeavyBody[] = [
  { name: 'minimal rows', route: '/v1/calibrate', make: samples('{"reward":1,"response":""}') },
  {
    name: 'measured rows',
    route: '/v1/calibrate',
    make: samples('{"reward":1,"characteristics":{"chars":1}}'),
  },
  {
    name: 'observed rows',
    route: '/v1/calibrate',
    make: samples('{"reward":1,"response":""}', ',"observe":true'),
  },
  { name: 'columns', route: '/v1/calibrate', make: columns(model) },
  { name: 'columns with groups', route: '/v1/calibrate', make: columns(model, true) },
  // Two bytes a letter.
  {
    name: 'text',
    route: '/v1/calibrate',
    make: (bytes) => samples(`{"reward":1,"response":"${'é'.repeat(500)}"}`)(bytes / 2),
  },
  { name: 'gzip', route: '/v1/calibrate', encoding: 'gzip', make: samples('{"reward":1,"response":""}') },
  {
    name: 'NDJSON',
    route: `/v1/calibrate${query}`,
    format: NDJSON,
    make: lines('{"reward":1,"response":""}'),
  },
  {
    name: 'NDJSON of wrong lines',
    most: 3_000_000,
    route: `/v1/calibrate${query}`,
    format: NDJSON,
    make: lines('1'),
  },
  {
    name: 'NDJSON of one line',
    route: `/v1/calibrate${query}`,
    format: NDJSON,
    make: lines(`{"response":[${'1,'.repeat(2_000_000)}1]}`),
  },
  { name: 'Arrow int8', route: `/v1/calibrate${query}`, format: ARROW, make: arrow(Int8Array) },
  { name: 'Arrow float64', route: `/v1/calibrate${query}`, format: ARROW, make: arrow(Float64Array) },
  {
    name: 'Arrow text groups',
    route: `/v1/calibrate${query}`,
    format: ARROW,
    make: arrowWithGroups(new Utf8()),
  },
  {
    name: 'ensemble',
    route: '/v1/calibrate',
    make: filled(
      '{"combine":"mean","samples":[',
      '{"rewards":{"org/rm":1,"other/rm":2},"response":""}',
      ']}',
    ),
  },
  {
    name: 'wrong: ensemble of names',
    route: '/v1/calibrate',
    make: filled(
      '{"combine":"mean","samples":[{"response":"","rewards":{',
      (i) => `"abcdefgh${i}":1`,
      '}}]}',
    ),
  },
  {
    name: 'wrong: characteristics',
    route: '/v1/calibrate',
    make: filled(`{${model}"samples":[{"reward":1,"characteristics":{`, (i) => `"abc def gh ${i}":1`, '}}]}'),
  },
  ...wrong('/v1/calibrate', 'samples'),
  ...unparsed('/v1/calibrate'),

  {
    name: 'groups of two',
    route: '/v1/preference-pairs',
    make: filled(
      `{${model}"groups":[`,
      '{"prompt":"","responses":[{"response":"","reward":1},{"response":"a","reward":2}]}',
      ']}',
    ),
  },
  {
    name: 'one group',
    route: '/v1/preference-pairs',
    make: filled(`{${model}"groups":[{"prompt":"","responses":[`, '{"response":"","reward":1}', ']}]}'),
  },
  {
    name: 'messages',
    route: '/v1/preference-pairs',
    make: filled(
      `{${model}"groups":[{"prompt":[`,
      '{"role":"a","content":""}',
      '],"responses":[{"response":"","reward":1},{"response":"a","reward":2}]}]}',
    ),
  },
  {
    name: 'NDJSON of groups',
    route: `/v1/preference-pairs${query}`,
    format: NDJSON,
    make: lines('{"prompt":"","responses":[{"response":"","reward":1},{"response":"a","reward":2}]}'),
  },
  ...wrong('/v1/preference-pairs', 'groups'),

  {
    name: 'minimal rows',
    route: '/v1/fit',
    make: samples((i) => `{"reward":${i % 10},"response":"${'a'.repeat(i % 7)}"}`),
  },
  { name: 'columns', route: '/v1/fit', make: columns(model) },
  { name: 'fractions', route: '/v1/fit', make: fractions(model) },
  { name: 'lwr-within', route: '/v1/fit', make: columns(`${model}"estimator":"lwr-within",`, true) },
  { name: 'mean', route: '/v1/fit', make: columns(`${model}"estimator":"mean",`) },
  {
    name: 'auto',
    route: '/v1/fit',
    make: columns(
      `${model}"frac":"auto","iterations":"auto","characteristics":[{"name":"chars","alpha":"auto"}],`,
    ),
  },
  {
    name: 'NDJSON',
    route: `/v1/fit${query}`,
    format: NDJSON,
    make: lines('{"reward":1,"prompt":"","response":""}'),
  },
  { name: 'Arrow int8', route: `/v1/fit${query}`, format: ARROW, make: arrow(Int8Array) },
  { name: 'Arrow float64', route: `/v1/fit${query}`, format: ARROW, make: arrow(Float64Array) },
  { name: 'Arrow text groups', route: `/v1/fit${query}`, format: ARROW, make: arrowWithGroups(new Utf8()) },
  {
    name: 'Arrow dictionary groups',
    route: `/v1/fit${query}`,
    format: ARROW,
    make: arrowWithGroups(new Dictionary(new Utf8(), new Uint8())),
  },
  ...wrong('/v1/fit', 'samples'),
  ...unparsed('/v1/fit'),

  {
    name: 'minimal rows',
    route: '/v1/fit-calibrate',
    make: filled('{"samples":[', (i) => `{"reward":${i % 10},"response":"${'a'.repeat(i % 7)}"}`, ']}'),
  },
  { name: 'columns', route: '/v1/fit-calibrate', make: columns('') },
  { name: 'lwr-within', route: '/v1/fit-calibrate', make: columns('"estimator":"lwr-within",', true) },
  ...wrong('/v1/fit-calibrate', 'samples'),

  { name: 'pairs', route: '/v1/evaluate', make: filled('{"pairs":[', pair, ']}') },
  { name: 'pairs, mean', route: '/v1/evaluate', make: filled('{"estimator":"mean","pairs":[', pair, ']}') },
  {
    name: 'pairs, lwr-within',
    route: '/v1/evaluate',
    make: filled(
      '{"estimator":"lwr-within","bootstrap":{"resamples":100},"pairs":[',
      pair.replace('"reward":1', '"prompt":"a","reward":1'),
      ']}',
    ),
  },
  {
    name: 'RewardBench rows',
    route: '/v1/evaluate',
    make: filled(
      '{"rows":[',
      '{"scores_chosen":[1],"scores_rejected":[0],"text_chosen":"ab","text_rejected":"b"}',
      ']}',
    ),
  },
  { name: 'pairs, by a curve', route: '/v1/evaluate', make: filled(`{${model}"pairs":[`, pair, ']}') },
  {
    name: 'RewardBench rows with messages',
    route: '/v1/evaluate',
    make: filled(
      '{"rows":[',
      '{"scores_chosen":1,"scores_rejected":0,"text_chosen":[{"role":"assistant"}],"text_rejected":[{"role":"assistant"}]}',
      ']}',
    ),
  },
  {
    name: 'messages of a RewardBench row',
    route: '/v1/evaluate',
    make: filled(
      '{"rows":[{"scores_chosen":1,"scores_rejected":0,"text_chosen":[',
      '{"role":"assistant"}',
      ']}]}',
    ),
  },
  {
    name: 'RewardBench 2 rows',
    route: '/v1/evaluate',
    make: filled(`{"protocol":"reward-bench-2","rows":[`, completions, ']}'),
  },
  {
    name: 'RewardBench 2 rows, by a curve',
    route: '/v1/evaluate',
    make: filled(`{${model}"protocol":"reward-bench-2","rows":[`, completions, ']}'),
  },
  { name: 'pairs', route: '/v1/evaluate?resamples=100', format: NDJSON, make: lines(pair) },
  {
    name: 'RewardBench 2 rows',
    route: '/v1/evaluate?protocol=reward-bench-2&resamples=100',
    format: NDJSON,
    make: lines(completions),
  },
  ...wrong('/v1/evaluate', 'pairs'),

  { name: 'outputs', route: '/v1/leaderboard', make: outputs },
  {
    name: 'wrong: outputs without baseline',
    route: '/v1/leaderboard',
    make: filled('{"baseline":[{"prompt_id":"a","response":""}],"outputs":[', output, ']}'),
  },
  {
    name: 'outputs',
    route: '/v1/leaderboard?baseline=g',
    format: NDJSON,
    make: (bytes) => {
      const line = (i: number) =>
        `{"generator":"${i % 2 === 0 ? 'g' : 'h'}","prompt_id":${i >> 1},"reward":1,"response":"ab"}\n`;
      let text = '';
      for (let i = 0; text.length < bytes; i++) text += line(i);
      return text;
    },
  },
  ...wrong('/v1/leaderboard', 'outputs'),

  { name: 'knots', route: '/v1/curves', method: 'PUT', make: knots },
  {
    name: 'wrong: knots',
    route: '/v1/curves',
    method: 'PUT',
    make: (bytes) => knots(bytes).replaceAll(',1,1', ',"",""'),
  },
  ...wrong('/v1/curves', 'characteristics', 'PUT'),
  ...wrong('/v1/refit', 'characteristics'),
  ...wrong('/v1/curves/rollback', 'reward_model'),
  ...wrong('/v1/curves/strength', 'alpha'),
  ...wrong('/v1/curves/audit', 'warnings', 'PUT'),

  { name: 'texts', route: '/sidecar/one/get_reward', make: filled('{"query":[', '"ab"', ']}') },
  {
    name: 'texts and prompts',
    route: '/sidecar/one/get_reward',
    make: (bytes) => {
      const list = filled('[', '"ab"', ']')(bytes / 3);
      return `{"query":${list},"prompts":${list},"labels":${list}}`;
    },
  },
  { name: 'texts', route: '/sidecar/one/classify', make: filled('{"input":[', '"ab"', ']}') },
  { name: 'texts', route: '/sidecar/one/v1/classify', make: filled('{"input":[', '"ab"', ']}') },
  { name: 'texts', route: '/sidecar/one/pooling', make: filled('{"input":[', '"ab"', ']}') },
  { name: 'texts', route: '/sidecar/one/v1/embeddings', make: filled('{"input":[', '"ab"', ']}') },
  { name: 'lists of one text', route: '/sidecar/one/predict', make: filled('{"inputs":[', '["abcd"]', ']}') },
  {
    name: 'messages',
    route: '/sidecar/one/slime',
    make: filled('{"response":"","prompt":[', '{"role":"","content":""}', ']}'),
  },
  {
    name: 'parts',
    route: '/sidecar/one/slime',
    make: filled('{"response":"","prompt":[{"role":"","content":[', '{"type":""}', ']}]}'),
  },
  {
    name: 'wrong: parts',
    route: '/sidecar/one/slime',
    make: filled('{"response":"","prompt":[{"role":"","content":[', '{"texts":""}', ']}]}'),
  },
  ...wrong('/sidecar/one/get_reward', 'query'),
  ...wrong('/sidecar/one/predict', 'inputs'),
];

/** The bytes that are sent. */
export function bytesOf(body: HeavyBody, size: number): Uint8Array {
  const made = body.make(Math.min(size, body.most ?? size));
  const bytes = typeof made === 'string' ? Buffer.from(made) : made;
  return body.encoding === 'gzip' ? gzipSync(bytes) : bytes;
}
