import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type KnownRow, makeFile, makeRows } from '../../examples/twenty-labels/make-data.js';
import { startServer } from '../support/server-process.js';

const EXAMPLE = new URL('../../examples/twenty-labels/', import.meta.url).pathname;
const rows = new Map(makeRows().map((row) => [row.response, row]));
const isMissing = ['curl', 'jq'].find((tool) => spawnSync(tool, ['--version']).error);

test('the data of the example is what its script makes', () => {
  expect(readFileSync(`${EXAMPLE}scored.jsonl`, 'utf8')).toBe(makeFile());
});

type Labeller = (one: KnownRow, other: KnownRow) => 0 | 1 | 2 | 'x';

async function curvesAt(url: string, key = ''): Promise<unknown> {
  const response = await fetch(`${url}/v1/curves`, { headers: { authorization: `Bearer ${key}` } });
  return response.json();
}

/** 1 where the first is better by this measure. */
const by =
  (measure: (row: KnownRow) => number): Labeller =>
  (one, other) => {
    const difference = measure(one) - measure(other);
    return difference > 0 ? 1 : difference < 0 ? 2 : 0;
  };

/** Runs run.sh and answers each pair that it shows, as somebody at the terminal would. */
async function run(url: string, labeller: Labeller, most: number, environment: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH ?? '', SERVICE: url, ...environment };
  const file = environment.FILE === undefined ? [] : [environment.FILE];
  const child = spawn('bash', [`${EXAMPLE}run.sh`, ...file], { env });
  // The script may end before it has read all answers.
  child.stdin.on('error', () => undefined);
  let said = '';
  let read = 0;
  let answers = 0;
  const answer = () => {
    const shown = /\n {2}\[1\] (.*)\n {2}\[2\] (.*)\n/g;
    shown.lastIndex = read;
    const found = shown.exec(said);
    if (found === null) return;
    read = shown.lastIndex;
    const [one, other] = [rows.get(found[1] ?? ''), rows.get(found[2] ?? '')];
    if (one === undefined || other === undefined) throw new Error('a pair of other responses was shown');
    expect(one.prompt).toBe(other.prompt);
    child.stdin.write(`${labeller(one, other)}\n`);
    if (++answers === most) child.stdin.end();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
    answer();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const [status] = await once(child, 'close');
  const [last = ''] = said.trim().split('\n').slice(-1);
  return { status, said, answers, last: last.startsWith('{') ? JSON.parse(last) : undefined };
}

describe.skipIf(isMissing)('from scored responses to a curve with its strength by curl and jq', () => {
  test('ends in the code and the strength that the labels ask for, kept with the curve', async () => {
    const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info', API_KEYS: 'key' });
    const right = await run(
      server.url,
      by(({ right: results }) => results),
      20,
      { API_KEY: 'key' },
    );
    expect(right, right.said).toMatchObject({ status: 0, answers: 20 });
    expect(right.last).toMatchObject({ version: 1, alpha: 1, audit: 'calibrate' });
    const long = await run(
      server.url,
      by(({ response }) => response.length),
      20,
      {
        API_KEY: 'key',
        REWARD_MODEL: 'labelled by taste/2 & more',
      },
    );
    expect(long.last).toMatchObject({ reward_model: 'labelled by taste/2 & more', alpha: 0, audit: 'leave' });
    expect(await curvesAt(server.url, 'key')).toMatchObject({
      curves: [
        { reward_model: 'examples/twenty-labels', version: 1, audit: { verdict: { code: 'calibrate' } } },
        { reward_model: 'labelled by taste/2 & more', version: 2, audit: { verdict: { code: 'leave' } } },
      ],
    });
  });

  test('changes nothing where labelling ends early', async () => {
    const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    const { status, said } = await run(
      server.url,
      by(({ right }) => right),
      6,
    );
    expect([status, said.includes('(preliminary)')]).toEqual([0, true]);
    expect(said).toMatch(/About \d+ more labels/);
    expect(await curvesAt(server.url)).toMatchObject({ curves: [{ version: 1, audit: null }] });
  });

  test('changes nothing for an answer that is none, or a file that is refused, and says why', async () => {
    const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    const typo = await run(server.url, () => 'x', 1);
    expect([typo.status, typo.said.includes('Answer 1 is not 1, 2 or 0')]).toEqual([1, true]);
    const wrong = await run(server.url, () => 1, 1, { FILE: `${EXAMPLE}README.md` });
    expect([wrong.status, wrong.said.includes('/docs/errors#not-json')]).toEqual([1, true]);
    expect(await curvesAt(server.url)).toMatchObject({ curves: [{ version: 1, audit: null }] });
  });
});

test.runIf(isMissing)(`${isMissing} is not installed: the example is not run`, (context) => context.skip());
