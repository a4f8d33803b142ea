import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { biasedColumns } from '../../support/app.js';
import { compile, run, unpackInto } from '../../support/packed-package.js';
import { startServer } from '../../support/server-process.js';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const [, example = ''] = /```ts\n(import [\s\S]*?)```/.exec(readme) ?? [];
const columns = JSON.stringify(biasedColumns(300));

/** Programs that use what the package exports, and what each prints before the built service. */
const PROGRAMS: Readonly<Record<string, { readonly source: string; readonly printed: readonly unknown[] }>> =
  {
    'fits, calibrates, plots, reads and deletes': {
      source: `
      const fit = await client.POST('/v1/fit', { body: { reward_model: 'org/rm', columns: ${columns} } });
      print(fit.data?.version, fit.data?.samples);
      const body = { reward_model: 'org/rm', samples: [{ response: 'Hello!', reward: 1 }], include: ['biases'] } as const;
      const { data } = await client.POST('/v1/calibrate', { body });
      if (data && 'biases' in data && data.biases) print(data.rewards[0] === 1 - (data.biases[0] ?? NaN));
      const query = { reward_model: 'org/rm', version: 1 };
      const svg: string | undefined = (await client.GET('/v1/curves/plot', { params: { query: { reward_model: 'org/rm' } } })).data;
      print(svg?.slice(0, 4));
      const metrics: string | undefined = (await client.GET('/metrics')).data;
      print(metrics?.includes('reward_calibration_curve_version'));
      const curve = (await client.GET('/v1/curves', { params: { query } })).data;
      print(curve && 'schema_version' in curve && curve.schema_version);
      print((await client.DELETE('/v1/curves', { params: { query: { reward_model: 'org/rm' } } })).data?.deleted);`,
      printed: [1, 300, true, '<svg', true, 2, [1]],
    },
    'names the code and the places of a refusal': {
      source: `
      const rewards: readonly number[] = [1, NaN, 3];
      const { error, response } = await client.POST('/v1/fit', { body: { reward_model: 'org/rm', columns: { rewards, chars: [1, 2, 3] } } });
      if (error) print(problemCode(error), error.status, error.errors.map(({ path }) => path));
      print(response.headers.get('x-request-id') === error?.request_id);
      const missing = await client.POST('/v1/refit', { body: { reward_model: 'nobody' } });
      print(missing.error && problemCode(missing.error));
      const stranger = await createRewardCalibrationClient({ url, apiKey: 'of-another-service' }).GET('/v1/curves');
      print(stranger.error && problemCode(stranger.error));`,
      printed: ['invalid-input', 422, ['/columns/rewards/1'], true, 'nothing-observed', 'unauthorized'],
    },
    'sends lines, and reads answers while it does; a wrong line is answered in its place': {
      source: `
      async function* samples() {
        for (let i = 0; i < 200; i++) yield { reward: i / 50, characteristics: { chars: 10 * i } };
      }
      const fit = await client.postLines('/v1/fit', { params: { query: { reward_model: 'org/rm', frac: 0.7 } }, lines: samples() });
      print(fit.data?.version, fit.data?.samples);
      let answered = () => {};
      async function* conversation() {
        for (const line of [{ reward: 1, response: 'x' }, { reward: 2 }, { reward: 3, response: 'xyz' }]) {
          const answer = new Promise<void>((resolve) => { answered = resolve; });
          yield line;
          await answer;
        }
      }
      const query = { reward_model: 'org/rm', include: ['biases'], observe: true } as const;
      const { data, error, response } = await client.postLines('/v1/calibrate', { params: { query }, lines: conversation() });
      if (error) throw new Error(error.detail);
      print(response.headers.get('x-curve-version'));
      for await (const line of data) {
        print('error' in line ? line.error.line : line.reward < 4 && line.bias !== undefined);
        answered();
      }
      const refused = await client.postLines('/v1/calibrate', { params: { query: { reward_model: 'nobody' } }, lines: [] });
      print(refused.error && problemCode(refused.error));`,
      printed: [1, 200, '1', true, 2, true, 'no-curve'],
    },
    'sends and reads Arrow': {
      source: `
      const chars = Float64Array.from({ length: 200 }, (_, i) => 10 * i);
      const table = tableFromArrays({ rewards: chars.map((c) => c / 500), chars });
      const params = { query: { reward_model: 'org/rm' } };
      const fit = await client.postArrow('/v1/fit', { params, stream: tableToIPC(table, 'stream') });
      print(fit.data?.version);
      const { data } = await client.postArrow('/v1/calibrate', { params, stream: tableToIPC(table, 'stream') });
      print(data && tableFromIPC(data).getChild('rewards')?.length);
      const pieces = new Blob([tableToIPC(table, 'stream') as Uint8Array<ArrayBuffer>]).stream();
      const streamed = await client.postArrow('/v1/calibrate', { params, stream: pieces });
      print(streamed.data?.length === data?.length);
      const wrong = await client.postArrow('/v1/calibrate', { params, stream: new Uint8Array([1, 2]) });
      print(wrong.error && problemCode(wrong.error));`,
      printed: [1, 200, true, 'not-arrow'],
    },
    'rejects what is no service, no URL and no key, in words without the key': {
      source: `
      const why = (reason: unknown) => (reason instanceof Error ? reason : new Error('no error'));
      const page = async () => new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' });
      const behind = createRewardCalibrationClient({ url, fetch: page });
      print(why(await behind.GET('/v1/curves').catch(why)) instanceof UnexpectedAnswer);
      const nobody = createRewardCalibrationClient({ url: 'http://127.0.0.1:1' });
      print(why(await nobody.GET('/v1/curves').catch(why)).name);
      for (const settings of [{ url: 'localhost:8080' }, { url: 'nothing' }, { url, apiKey: 'hush\\nhush' }, { url, apiKey: '' }])
        try { createRewardCalibrationClient(settings); print('accepted'); }
        catch (error) { print(why(error).name, why(error).message.includes('hush')); }`,
      printed: [
        true,
        'TypeError',
        'TypeError',
        false,
        'TypeError',
        false,
        'TypeError',
        false,
        'TypeError',
        false,
      ],
    },
  };

const KEY = 'a-key';
const PROGRAM_HEAD = `
import { tableFromArrays, tableFromIPC, tableToIPC } from 'apache-arrow';
import { createRewardCalibrationClient, problemCode, UnexpectedAnswer } from 'reward-calibration/client';
const url = process.argv[2] ?? '';
const client = createRewardCalibrationClient({ url, apiKey: '${KEY}' });
const printed: unknown[] = [];
const print = (...values: unknown[]) => { printed.push(...values); };
`;
const PROGRAM_END = '\nprocess.stdout.write(JSON.stringify(printed));\nexport {};\n';

/** Where a program goes on after its head. */
const CALL_LINE = PROGRAM_HEAD.split('\n').length;

/** Calls that each have one mistake. */
const MISTAKES: readonly (readonly [mistake: string, call: string])[] = [
  [
    'a misspelt field',
    "POST('/v1/fit', { body: { reward_model: 'a', colums: { rewards: [1], chars: [1] } } })",
  ],
  [
    'a misspelt field deep within',
    "POST('/v1/calibrate', { body: { reward_model: 'a', samples: [{ rewad: 1 }] } })",
  ],
  ['a misspelt option', "POST('/v1/calibrate', { body: { reward_model: 'a', samples: [], observ: true } })"],
  ['a value of another type', "POST('/v1/fit', { body: { reward_model: 'a', frac: true } })"],
  [
    'a word that is none of the choices',
    "POST('/v1/fit', { body: { reward_model: 'a', estimator: 'lowess' } })",
  ],
  ['a field too few', "POST('/v1/fit', { body: { columns: { rewards: [1], chars: [1] } } })"],
  ['no body', "POST('/v1/fit')"],
  ['a body where none goes', "GET('/v1/curves', { body: {} })"],
  ['an unknown path', "POST('/v1/fitt', { body: {} })"],
  ['a method that the path does not have', "GET('/v1/fit')"],
  ['a parameter too few', "GET('/v1/curves/plot')"],
  [
    'a number where a parameter is text',
    "postLines('/v1/leaderboard', { lines: [], params: { query: { baseline: 5 } } })",
  ],
  ['a misspelt parameter', "GET('/v1/curves', { params: { query: { reward_modl: 'a' } } })"],
  [
    'a parameter beside a JSON body',
    "POST('/v1/calibrate', { body: { reward_model: 'a', samples: [] }, params: { query: { version: 1 } } })",
  ],
  ['lines where none are read', "postLines('/v1/verdict', { lines: [] })"],
  ['a misspelt field of a line', "postLines('/v1/fit', { lines: [{ reward: 1, respons: 'x' }] })"],
  ['Arrow where none is read', "postArrow('/v1/preference-pairs', { stream: new Uint8Array() })"],
  [
    'an answer that is not looked at for a refusal',
    "GET('/v1/activity').then(({ data }) => data.reward_models)",
  ],
];

type Resolution = 'nodenext' | 'bundler';

describe('a program that imports reward-calibration/client from the packed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-consumer-'));
  const errors: Partial<Record<Resolution, readonly string[]>> = {};
  beforeAll(() => {
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    unpackInto(folder);
    const write = (name: string, source: string) => writeFileSync(join(folder, `${name}.ts`), source);
    for (const [i, { source }] of Object.values(PROGRAMS).entries())
      write(`program-${i}`, PROGRAM_HEAD + source.replaceAll('org/rm', `org/rm-${i}`) + PROGRAM_END);
    for (const [i, [, call]] of MISTAKES.entries())
      write(`mistake-${i}`, `${PROGRAM_HEAD}await client.${call};${PROGRAM_END}`);
    write('example', example);
    write('alone', example.replace('reward-calibration/client', '@reward-calibration/client'));
    for (const resolution of ['bundler', 'nodenext'] as const)
      errors[resolution] = compile(folder, resolution);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(['nodenext', 'bundler'] as const)('compiles, and does not with a mistake (%s)', (resolution) => {
    const found = errors[resolution] ?? [];
    const inMistakes = found.map((line) => /^mistake-(\d+)\.ts\((\d+),/.exec(line));
    expect(found.filter((_, i) => inMistakes[i] === null)).toEqual([]);
    const caught = inMistakes.filter((match) => Number(match?.[2]) === CALL_LINE).map((match) => match?.[1]);
    expect(MISTAKES.filter((_, i) => !caught.includes(String(i))).map(([mistake]) => mistake)).toEqual([]);
  });

  test('works before the built service', async () => {
    const server = await startServer({ STORE_URL: 'memory:', API_KEYS: KEY });
    for (const [i, [what, { printed }]] of Object.entries(PROGRAMS).entries()) {
      const said = run(folder, process.execPath, `out/program-${i}.js`, server.url);
      expect(JSON.parse(said), what).toEqual(printed);
    }
  });

  test.each([
    ['example', "'reward-calibration/client'"],
    ['alone', "'@reward-calibration/client'"],
  ])('does what the README shows (%s: %s)', async (name, imported) => {
    const server = await startServer({ STORE_URL: 'memory:' });
    const file = join(folder, `out/${name}.js`);
    const compiled = readFileSync(file, 'utf8');
    expect(compiled).toContain(imported);
    expect(compiled).toContain('http://localhost:8080');
    writeFileSync(file, compiled.replace('http://localhost:8080', server.url));
    const lines = run(folder, process.execPath, file).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(`[ ${lines.slice(1).join(', ')} ]`);
  });
});
