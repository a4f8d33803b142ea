import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { configSchema } from '../../src/config.js';
import { biasedColumns } from '../support/app.js';
import { killAgainAndAgain } from '../support/kill-again.js';
import { ENTRY, listeningUrl } from '../support/processes.js';
import { postJson, startServer } from '../support/server-process.js';

const rmName = 'org/rm';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reward-calibration-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const store = () => ({ STORE_URL: `file:${join(folder, 'curves')}`, LOG_LEVEL: 'info' });

describe('the process', () => {
  test('keeps its curves over a restart and ends with 0 on SIGTERM', async () => {
    const first = await startServer(store());
    expect(
      (await postJson(`${first.url}/v1/fit`, { reward_model: rmName, columns: biasedColumns(300) })).status,
    ).toBe(200);
    const probe = { reward_model: rmName, columns: { rewards: [1, 2], chars: [77, 700.5] } };
    const before = await postJson(`${first.url}/v1/calibrate`, probe);
    expect(await first.stop('SIGTERM')).toBe(0);
    const second = await startServer(store());
    expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
    expect((await postJson(`${second.url}/v1/calibrate`, probe)).body).toEqual(before.body);
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    expect(metrics).toContain(`reward_calibration_curve_version{reward_model="${rmName}"} 1`);
  });

  test('loses no acknowledged curve to kill -9, whenever it comes', async () => {
    // 200 kills: test/long.
    expect(await killAgainAndAgain(store().STORE_URL, 4)).toBeGreaterThanOrEqual(4);
  });

  test('answers what is in flight after SIGTERM, and does not wait for an idle keep-alive connection', async () => {
    const server = await startServer(store());
    const { hostname, port } = new URL(server.url);
    const idle = connect(Number(port), hostname);
    await once(idle, 'connect');
    idle.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(idle, 'data');
    const columns = biasedColumns(200_000);
    const fitting = postJson(`${server.url}/v1/fit`, { reward_model: rmName, columns });
    await waitForRequest(server.url);
    expect(await server.stop('SIGTERM')).toBe(0);
    expect((await fitting).status).toBe(200);
  });

  test('a store that refuses a write makes the fit a 503, and the curves in use go on', async () => {
    const server = await startServer(store());
    const body = { reward_model: rmName, columns: biasedColumns(100) };
    await postJson(`${server.url}/v1/fit`, body);
    // A file where the folder of the next reward model should be: writing fails, for root too.
    const folderName = createHash('sha256').update('another').digest('hex');
    await writeFile(join(folder, 'curves', folderName), 'in the way');
    const refused = await postJson(`${server.url}/v1/fit`, { ...body, reward_model: 'another' });
    expect([refused.status, refused.body.type]).toEqual([503, '/docs/errors#store-unavailable']);
    const missing = await postJson(`${server.url}/v1/calibrate`, { ...body, reward_model: 'another' });
    expect(missing.body.type).toBe('/docs/errors#no-curve');
    expect((await postJson(`${server.url}/v1/calibrate`, body)).body.version).toBe(1);
    await rm(join(folder, 'curves', folderName));
    expect((await postJson(`${server.url}/v1/fit`, { ...body, reward_model: 'another' })).body.version).toBe(
      1,
    );
  });

  test('says in one line what it serves', async () => {
    const UPSTREAMS = JSON.stringify([
      { name: 'rm', reward_model: rmName, kind: 'openrlhf', url: 'http://a' },
    ]);
    const first = await startServer({ ...store(), UPSTREAMS });
    await postJson(`${first.url}/v1/fit`, { reward_model: rmName, columns: biasedColumns(300) });
    await first.stop('SIGTERM');
    const second = await startServer({ ...store(), API_KEYS: 'a-secret', UPSTREAMS });
    await expect.poll(() => startLineOf(second.log)).toBeDefined();
    expect(startLineOf(second.log)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      store: store().STORE_URL,
      curves: 1,
      upstreams: ['rm'],
      authentication: 'on',
      docs: `${second.url}/docs`,
    });
    expect(second.log.join('')).not.toContain('a-secret');
  });

  test.each([
    ['--help', 0, ...Object.keys(configSchema.shape)],
    ['--version', 0, '0.'],
    ['--prot=1', 1, "Unknown option '--prot': see --help"],
  ])('%s prints and ends, and starts nothing', (argument, status, ...texts) => {
    const run = spawnSync(process.execPath, [ENTRY, argument], { cwd: folder, encoding: 'utf8', env: {} });
    expect(run.status).toBe(status);
    for (const text of texts) expect(run.stdout + run.stderr).toContain(text);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('started by npm, ends when npm gets SIGTERM', async () => {
    const env = {
      ...process.env,
      ...store(),
      HOST: '127.0.0.1',
      PORT: '0',
      npm_config_ignore_scripts: 'true',
    };
    const npm = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      npm.kill('SIGKILL');
    });
    const url = await listeningUrl(npm);
    npm.kill('SIGTERM');
    await once(npm, 'exit');
    await expect.poll(() => fetch(url).then(String, () => 'refused')).toBe('refused');
  });

  test('a wrong setting stops the start with one clear line', () => {
    const env = { PATH: process.env.PATH, PORT: 'eighty', STORE_URL: 'ftp://x' };
    const { status, stderr } = spawnSync(process.execPath, [ENTRY], { env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/PORT.*STORE_URL/);
  });

  test('a chat template that shows nothing stops the start with one clear line', () => {
    const file = join(folder, 'upstreams.yaml');
    writeFileSync(join(folder, 'odd.jinja'), "{% for m in messages %}{{ m['content'] }}{% endfor %}");
    const upstream = { name: 'rm', reward_model: 'rm', kind: 'openrlhf', url: 'http://localhost:1' };
    // Beside the file that names it.
    writeFileSync(file, JSON.stringify([{ ...upstream, chat_template: 'odd.jinja' }]));
    const env = { ...process.env, ...store(), PORT: '0', UPSTREAMS_FILE: file };
    const { status, stderr } = spawnSync(process.execPath, [ENTRY], { env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toBe(
      'cannot start: upstream "rm": chat_template: it writes nothing between a question and its answer\n',
    );
  });
});

function startLineOf(log: readonly string[]): Record<string, unknown> | undefined {
  return log.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'serving');
}

/**
 * Resolves once the service is busy with the large request: it has been read, so /health is answered after
 * it.
 */
async function waitForRequest(url: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  await fetch(`${url}/health/live`, { headers: { connection: 'close' } });
}
