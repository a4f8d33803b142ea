import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConfigError, configSchema, readConfig } from '../src/config.js';

describe('the configuration', () => {
  test('has a default for everything; an empty variable counts as absent', () => {
    const { PORT, STORE_URL, API_KEYS } = readConfig({ PORT: '', UNRELATED: 'x' });
    expect({ PORT, STORE_URL, API_KEYS }).toEqual({ PORT: 8080, STORE_URL: 'file:./data', API_KEYS: [] });
  });

  test('reads keys from a list', () => {
    expect(readConfig({ API_KEYS: 'a, b' }).API_KEYS).toEqual(['a', 'b']);
  });

  test.each([
    ['PORT', '70000'],
    ['PORT', 'eighty'],
    ['STORE_URL', 'redis://somewhere'],
    ['STORE_URL', 'file:'],
    ['MAX_BATCH', '0'],
    ['FIT_THREADS', '1.5'],
    ['WORK_TIMEOUT', '0'],
    // A timer of Node's that is set to more runs out at once.
    ['SHUTDOWN_TIMEOUT', '2147483648'],
    ['LOG_LEVEL', 'loud'],
    ['BASE_PATH', 'calibration'],
    ['BASE_PATH', '/calibration/'],
    ['BASE_PATH', '/'],
    ['BASE_PATH', '//a'],
    ['BASE_PATH', '/a/../b'],
    ['BASE_PATH', '/a%2fb'],
    ['BASE_PATH', '/a?b'],
    ['BASE_PATH', '/:a'],
    // Below one of the service's own paths, a request could be meant either way.
    ['BASE_PATH', '/v1'],
    ['BASE_PATH', '/docs/calibration'],
  ])('%s=%s is refused in one line that names it', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^wrong configuration: ${name}: [^\\n]+$`));
  });

  test.each([
    ['PORT', 'abc', 'must be a whole number from 0 to 65535 (given: "abc")'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535 (given: "-1")'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535 (given: "65536")'],
    ['PORT', '8080\n', 'must be a whole number from 0 to 65535 (given: "8080\\n")'],
    [
      'BODY_LIMIT',
      '64mb',
      'must be a whole number of bytes, without the unit, of at least 1024 (given: "64mb")',
    ],
    [
      'BODY_LIMIT',
      '1023',
      'must be a whole number of bytes, without the unit, of at least 1024 (given: "1023")',
    ],
    ['LOCK_WAIT', '10s', 'must be a whole number of seconds, without the unit, of at least 0 (given: "10s")'],
    ['MAX_BATCH', '1e3x', 'must be a whole number of at least 1 (given: "1e3x")'],
    [
      'MAX_BATCH',
      '9'.repeat(19),
      `must be a whole number from 1 to 9007199254740991 (given: "${'9'.repeat(19)}")`,
    ],
    ['MAX_BATCH', 'x'.repeat(99), `must be a whole number of at least 1 (given: "${'x'.repeat(20)}…")`],
    [
      'WORK_TIMEOUT',
      '0.5',
      'must be a whole number of milliseconds, without the unit, from 1 to 2147483647 (given: "0.5")',
    ],
  ])('%s=%s is answered with the rule and what was given', (name, value, rule) => {
    expect(() => readConfig({ [name]: value })).toThrow(new Error(`wrong configuration: ${name}: ${rule}`));
  });

  const NUMBERS = Object.entries(configSchema.parse({}))
    .filter(([, value]) => typeof value === 'number')
    .map(([name]) => name);

  test.each(NUMBERS)('%s takes decimal digits, and nothing else that may be read as a number', (name) => {
    // Bytes in flight are at least those of one body.
    const small = { BODY_LIMIT: '2048' };
    expect(readConfig({ ...small, [name]: '2048' })).toMatchObject({ [name]: 2_048 });
    expect(readConfig({ ...small, [name]: '0002048' })).toMatchObject({ [name]: 2_048 });
    const others = [
      '0x800',
      '0b1',
      '0o17',
      '2e3',
      '2048.0',
      '+2048',
      '-2048',
      ' 2048',
      '2048 ',
      '2_048',
      '2,048',
    ];
    for (const text of [...others, '٢٠٤٨', 'Infinity', 'NaN', 'true', '[]'])
      expect(() => readConfig({ [name]: text }), text).toThrow(
        new RegExp(`^wrong configuration: ${name}: must be a whole number`),
      );
  });
});

const upstream = {
  name: 'rm',
  reward_model: 'org/rm',
  kind: 'vllm-classify',
  url: 'http://127.0.0.1:8000',
  headers: { authorization: 'Bearer $RM_TOKEN' },
};

function fileOf(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('bytes in flight', () => {
  test('are a quarter of the memory, and never less than one body', () => {
    const { MAX_BYTES_IN_FLIGHT, BODY_LIMIT } = readConfig({});
    expect(MAX_BYTES_IN_FLIGHT).toBeGreaterThanOrEqual(BODY_LIMIT);
    expect(MAX_BYTES_IN_FLIGHT).toBeLessThanOrEqual(Math.max(BODY_LIMIT, totalmem() / 4));
    const huge = String(2 ** 50);
    expect(readConfig({ BODY_LIMIT: huge }).MAX_BYTES_IN_FLIGHT).toBe(2 ** 50);
  });

  test('that could not hold one body stop the start', () => {
    expect(() => readConfig({ MAX_BYTES_IN_FLIGHT: '1000000' })).toThrow(
      'MAX_BYTES_IN_FLIGHT: must be at least BODY_LIMIT (67108864 bytes)',
    );
  });
});

describe('the upstreams', () => {
  test('are none by default', () => {
    expect(readConfig({}).upstreams).toEqual([]);
  });

  test('come from a variable, a JSON file or a YAML file, with defaults and with the variables of headers', () => {
    const json = JSON.stringify([upstream]);
    const yaml = `
- name: rm
  reward_model: org/rm
  kind: vllm-classify
  url: http://127.0.0.1:8000   # a router
  headers: { authorization: Bearer $RM_TOKEN }
`;
    const environments = [
      { UPSTREAMS: json },
      { UPSTREAMS_FILE: fileOf('upstreams.json', json) },
      { UPSTREAMS_FILE: fileOf('upstreams.yaml', yaml) },
      { UPSTREAMS_FILE: fileOf('upstreams', json) },
      { UPSTREAMS_FILE: fileOf('marked.json', `\ufeff${json}`) },
      { UPSTREAMS_FILE: fileOf('marked.yaml', `\ufeff${yaml}`) },
    ];
    for (const environment of environments) {
      const { upstreams } = readConfig({ ...environment, RM_TOKEN: 'a-secret' });
      const { reward_model: rewardModel, ...sameNames } = upstream;
      expect(upstreams).toMatchObject([
        {
          ...sameNames,
          rewardModel,
          headers: { authorization: 'Bearer a-secret' },
          retries: 3,
          batch: { size: 32, wait: 5 },
          onMissingCurve: 'passthrough',
        },
      ]);
    }
  });

  test.each([
    ['not JSON', '[{"name": hush}]', 'UPSTREAMS: is not JSON'],
    ['no list', '{}', 'UPSTREAMS: Invalid input: expected array, received object'],
    ['an unknown kind', [{ ...upstream, kind: 'hush' }], 'UPSTREAMS[0].kind: '],
    ['an unknown key', [{ ...upstream, timeuot: 1 }], 'UPSTREAMS[0]: Unrecognized key: "timeuot"'],
    ['a wrong name', [{ ...upstream, name: '../x' }], 'UPSTREAMS[0].name: must be up to 64'],
    ['two of a name', [upstream, upstream], 'UPSTREAMS[1].name: is taken by another upstream'],
    [
      'a wrong reward model',
      [{ ...upstream, reward_model: ' ' }],
      'UPSTREAMS[0].reward_model: must not begin',
    ],
    ['a wrong URL', [{ ...upstream, url: 'file:///etc/passwd' }], 'UPSTREAMS[0].url: '],
    ['a wrong number', [{ ...upstream, batch: { size: 0 } }], 'UPSTREAMS[0].batch.size: '],
    [
      'a missing variable',
      [{ ...upstream, headers: { x: '$NOT_THERE' } }],
      'UPSTREAMS[0].headers: header x: the environment variable NOT_THERE is not set',
    ],
    [
      'a field of another kind of server',
      [{ ...upstream, kind: 'tei-predict', parameters: { add_special_tokens: false } }],
      'UPSTREAMS[0].parameters.add_special_tokens: is not a field of tei-predict',
    ],
    [
      'a field that is no score',
      [{ ...upstream, kind: 'vllm-classify', parameters: { use_activation: true } }],
      'UPSTREAMS[0].parameters.use_activation: is not a field of vllm-classify',
    ],
    [
      'a field of a wrong form',
      [{ ...upstream, kind: 'tei-predict', parameters: { truncate: 'hush' } }],
      'UPSTREAMS[0].parameters.truncate: Invalid input: expected boolean',
    ],
    ['a header of two lines', [{ ...upstream, headers: { x: 'hush\nhush' } }], 'UPSTREAMS[0].headers: '],
  ])('%s stops the start with one line that names the place and no value', (_, given, message) => {
    const UPSTREAMS = typeof given === 'string' ? given : JSON.stringify(given);
    const read = () => readConfig({ UPSTREAMS, RM_TOKEN: 'a-secret' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^wrong configuration: (?!.*(hush|a-secret))[^\n]+$/);
    expect(read).toThrow(message);
  });

  test.each([',', 'a,', 'a,,b', ' '])(
    'API_KEYS=%j, which names an empty key, stops the start',
    (API_KEYS) => {
      expect(() => readConfig({ API_KEYS })).toThrow('API_KEYS: must not hold an empty key');
      expect(readConfig({ API_KEYS: ' a , b ' }).API_KEYS).toEqual(['a', 'b']);
    },
  );

  test('a file that is not there, not YAML, or beside the variable stops it, too', () => {
    const read = (environment: Record<string, string>) => () => readConfig(environment);
    expect(read({ UPSTREAMS_FILE: '/not/there.yaml' })).toThrow(/UPSTREAMS_FILE: cannot be read \(ENOENT\)$/);
    expect(read({ UPSTREAMS_FILE: fileOf('u.yaml', '- name: rm\n   x: [hush') })).toThrow(
      /^wrong configuration: UPSTREAMS_FILE: is not YAML \(line \d+, column \d+\)$/,
    );
    expect(read({ UPSTREAMS: '[]', UPSTREAMS_FILE: 'x' })).toThrow('UPSTREAMS_FILE: is set beside UPSTREAMS');
    const models = [upstream, { ...upstream, name: 'b', reward_model: 'org/b' }];
    expect(read({ UPSTREAMS: JSON.stringify(models), RM_TOKEN: 'x', MAX_REWARD_MODELS: '1' })).toThrow(
      'UPSTREAMS: names more reward models than MAX_REWARD_MODELS (1)',
    );
  });
});

test.each([
  ['openrlhf', 'http://127.0.0.1:1/get_reward', '/get_reward'],
  ['vllm-classify', 'http://127.0.0.1:1/rm/classify/', '/classify'],
  ['openai-embeddings', 'http://127.0.0.1:1/v1', '/v1'],
  ['openai-embeddings', 'http://127.0.0.1:1/v1/embeddings', '/v1/embeddings'],
])('an upstream of kind %s at %s is refused: the service adds that path', (kind, url, path) => {
  const read = () =>
    readConfig({ UPSTREAMS: JSON.stringify([{ name: 'rm', reward_model: 'm', kind, url }]) });
  expect(read).toThrow(`UPSTREAMS[0].url: must be without ${path}`);
  const right = url.slice(0, url.indexOf(path)) || url;
  expect(
    readConfig({ UPSTREAMS: JSON.stringify([{ name: 'rm', reward_model: 'm', kind, url: right }]) }),
  ).toBeDefined();
});
