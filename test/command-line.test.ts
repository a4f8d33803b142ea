import { describe, expect, test } from 'vitest';
import { helpText, readArguments } from '../src/command-line.js';
import { ConfigError, configSchema, readConfig } from '../src/config.js';

const configured = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  readConfig(environment, readArguments(args).settings);

/** Every setting, with a value that is not its default. */
const OTHER_VALUES: Readonly<Record<keyof typeof configSchema.shape, string>> = {
  HOST: '::1',
  PORT: '0',
  BASE_PATH: '/calibration',
  STORE_URL: 'memory:',
  LOCK_WAIT: '0',
  API_KEYS: 'a,b',
  MAX_BATCH: '11',
  MAX_FIT_SAMPLES: '12',
  MAX_BYTES_IN_FLIGHT: '100000000',
  MAX_CONNECTIONS: '500',
  MAX_STREAMS: '7',
  DRAIN_DELAY: '5000',
  BODY_LIMIT: '2000',
  LINE_LIMIT: '3000',
  MAX_REWARD_MODELS: '13',
  KEEP_VERSIONS: '14',
  FIT_THREADS: '2',
  FIT_QUEUE: '15',
  WORK_TIMEOUT: '16',
  WINDOW_SAMPLES: '17',
  MAX_EVENT_LOOP_DELAY: '0',
  REQUEST_TIMEOUT: '18',
  SHUTDOWN_TIMEOUT: '19',
  UPSTREAMS: '[{"name":"rm","reward_model":"org/rm","kind":"openrlhf","url":"http://localhost:1"}]',
  UPSTREAMS_FILE: '/dev/null',
  LOG_LEVEL: 'silent',
};

const PORT_RULE = 'must be a whole number from 0 to 65535';

const kebab = (name: string) => name.toLowerCase().split('_').join('-');

describe('the command line', () => {
  test('asks for the service, for help or for the version', () => {
    const asked = [[], ['--help'], ['-h'], ['--version'], ['--port=1']].map(
      (args) => readArguments(args).asked,
    );
    expect(asked).toEqual(['service', 'help', 'help', 'version', 'service']);
  });

  test.each(Object.entries(OTHER_VALUES))(
    'sets %s by a flag, in both forms, as the variable does',
    (name, value) => {
      // A file of upstreams that has none is refused; what is compared is that it is read.
      const read = (read: () => unknown): unknown => {
        try {
          return read();
        } catch (error) {
          return error instanceof ConfigError ? error.message.replace(`--${kebab(name)}`, name) : error;
        }
      };
      const byVariable = read(() => readConfig({ [name]: value }));
      expect(read(() => configured([`--${kebab(name)}=${value}`]))).toEqual(byVariable);
      expect(read(() => configured([`--${kebab(name)}`, value]))).toEqual(byVariable);
      expect(byVariable).not.toEqual(readConfig({}));
    },
  );

  test('wins over the environment, which says what no flag says', () => {
    const { PORT, HOST } = configured(['--port', '81'], { PORT: '82', HOST: '127.0.0.1' });
    expect([PORT, HOST]).toEqual([81, '127.0.0.1']);
    // Nor does a wrong variable matter where a flag has its place.
    expect(configured(['--port=81'], { PORT: 'eighty' }).PORT).toBe(81);
  });

  test.each([
    [['--prot=1'], "Unknown option '--prot': see --help"],
    [['--no-port'], "Unknown option '--no-port': see --help"],
    [['-p', '1'], "Unknown option '-p': see --help"],
    [['serve'], "Unexpected argument 'serve': see --help"],
    [['--port'], '--port: has no value'],
    [['--port', '--host', 'x'], '--port: has no value'],
    [['--port', '--prot'], "Unknown option '--prot': see --help"],
    [['--port', '-h'], '--port: has no value'],
    [['--port', '-1'], `wrong configuration: --port: ${PORT_RULE} (given: "-1")`],
    [['--port=-1'], `wrong configuration: --port: ${PORT_RULE} (given: "-1")`],
    [['--port', 'abc'], `wrong configuration: --port: ${PORT_RULE} (given: "abc")`],
    [['--port', '0x50'], `wrong configuration: --port: ${PORT_RULE} (given: "0x50")`],
    [['--store-url', '-x'], 'wrong configuration: --store-url: must be memory: or file:FOLDER'],
    [['--', '--port', '1'], "Unexpected argument '--port=1': see --help"],
    [['--help=yes'], "Option '-h, --help' does not take an argument: see --help"],
    [['--port=1', '--port', '1'], '--port: is given twice'],
    [['--api-keys='], '--api-keys: has no value'],
    [['--base-path', ''], '--base-path: has no value'],
    [['--port=70000'], `wrong configuration: --port: ${PORT_RULE} (given: "70000")`],
    [['--store-url', 'ftp://x'], 'wrong configuration: --store-url: must be memory: or file:FOLDER'],
    [['--upstreams-file=/not/there'], 'wrong configuration: --upstreams-file: cannot be read (ENOENT)'],
    [['--upstreams={'], 'wrong configuration: --upstreams: is not JSON (position 1)'],
  ])('%j is refused in one line: %s', (args, line) => {
    expect(() => configured(args)).toThrow(ConfigError);
    expect(() => configured(args)).toThrow(new Error(line));
  });

  test('takes a value that begins with a dash', () => {
    expect(configured(['--api-keys', '-a,b', '--port', '81'])).toMatchObject({
      API_KEYS: ['-a', 'b'],
      PORT: 81,
    });
  });

  test('names flags and variables as each was given', () => {
    expect(() => configured(['--store-url=x'], { PORT: 'eighty' })).toThrow(
      /^wrong configuration: PORT: [^;\n]+; --store-url: [^;\n]+$/,
    );
    expect(() => configured(['--upstreams-file=x'], { UPSTREAMS: '[]' })).toThrow(
      '--upstreams-file: is set beside UPSTREAMS',
    );
    expect(() => configured(['--upstreams=[{"name": 1}]'])).toThrow('--upstreams[0].name: ');
  });

  test('describes every variable and its flag in the help', () => {
    const lines = helpText('1.2.3').split('\n');
    for (const [name, { description }] of Object.entries(configSchema.shape)) {
      const line = lines.find((line) => line.trim().startsWith(`--${kebab(name)} `));
      expect(line).toMatch(new RegExp(` ${name}\\b`));
      expect(line).toContain(description);
    }
  });
});
