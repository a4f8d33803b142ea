import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeFile } from '../../examples/jsonl-to-dpo/make-data.js';
import { type ServerProcess, startServer } from '../support/server-process.js';

const EXAMPLE = new URL('../../examples/jsonl-to-dpo/', import.meta.url).pathname;
const scored = readFileSync(`${EXAMPLE}scored.jsonl`, 'utf8');
const golden = JSON.parse(readFileSync(new URL('./golden/jsonl-to-dpo.json', import.meta.url), 'utf8'));
const parseLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Runs run.sh as its README says; not synchronously, which would keep the server's log from being read. */
async function run(server: ServerProcess, file: string, environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'input.jsonl'), file);
  const env = { PATH: process.env.PATH ?? '', SERVICE: server.url, ...environment };
  const child = spawn('bash', [`${EXAMPLE}run.sh`, 'input.jsonl', 'dpo.jsonl'], { cwd: folder, env });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      said[name] += chunk;
    });
  const [status] = await once(child, 'close');
  const dpo = join(folder, 'dpo.jsonl');
  return { status, ...said, rows: existsSync(dpo) ? parseLines(readFileSync(dpo, 'utf8')) : undefined };
}

test('the data of the example is what its script makes', () => {
  expect(scored).toBe(makeFile());
  const rows = parseLines(scored);
  expect(rows.length).toBeGreaterThanOrEqual(30);
  expect(new Set(rows.map(({ prompt }) => prompt)).size).toBeGreaterThanOrEqual(10);
});

describe('from JSONL to a DPO file with curl', () => {
  test('gives the pairs of R and pandas, and shorter chosen responses than raw reward', async (context) => {
    if (spawnSync('curl', ['--version']).error) return context.skip('curl is not installed');
    const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    const { status, stdout, stderr, rows = [] } = await run(server, scored);
    expect(status, stderr).toBe(0);
    const given = parseLines(scored);
    expect(rows).toHaveLength(golden.pairs.length);
    rows.forEach((row, i) => {
      const { chosen, rejected, margin } = golden.pairs[i];
      expect(row).toEqual({
        prompt: given[chosen].prompt,
        chosen: given[chosen].response,
        rejected: given[rejected].response,
        margin: expect.closeTo(margin, 9),
      });
    });
    const [fit, { summary }] = parseLines(stdout);
    expect(fit.samples).toBe(given.length);
    expect(summary).toMatchObject({ pairs: rows.length, changed: golden.changed, wrong_lines: 0 });
    for (const side of ['raw', 'calibrated'] as const) {
      const { chosen, rejected } = golden.mean_chars[side];
      expect(summary[side]).toEqual({ pairs: 16, mean_chosen_chars: chosen, mean_rejected_chars: rejected });
    }
    expect(summary.calibrated.mean_chosen_chars).toBeLessThan(summary.raw.mean_chosen_chars);
    return undefined;
  });

  test('writes no file for a wrong line, and says which', async (context) => {
    if (spawnSync('curl', ['--version']).error) return context.skip('curl is not installed');
    const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info', API_KEYS: 'key' });
    const wrong = `${scored}{"prompt": "p", "response": "r"}\n`;
    const answer = await run(server, wrong, { API_KEY: 'key' });
    expect(answer.status).not.toBe(0);
    expect(answer.rows).toBeUndefined();
    expect(answer.stdout).toContain('/lines/81/reward');
    return undefined;
  });
});
