import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort, startProgram, stopProcess } from '../support/processes.js';
import { postJson, startFitted } from '../support/server-process.js';

const hasNginx = spawnSync('nginx', ['-v']).error === undefined;

/** The address of an nginx that has the service below `/calibration/`; ended with the test. */
async function startNginx(service: string, strips: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  // With a path, even `/`, nginx puts that in the place of the location's; without one it leaves the address.
  const target = strips ? `${service}/` : service;
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http {
  access_log off; ${paths.join(' ')}
  server {
    listen 127.0.0.1:${port};
    location /calibration/ { proxy_pass ${target}; }
  }
}`,
  );
  const nginx = startProgram('nginx', [
    '-p',
    folder,
    '-e',
    join(folder, 'error.log'),
    '-c',
    join(folder, 'nginx.conf'),
  ]);
  onTestFinished(async () => {
    await stopProcess(nginx);
    rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(() =>
      fetch(url).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBeGreaterThan(0);
  return url;
}

/** Every address of a page, resolved as a browser does. */
function addressesOf(html: string, page: string): string[] {
  return [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = '']) => new URL(address, page).href);
}

describe('behind nginx, below /calibration/', () => {
  test.for([
    { does: 'takes the prefix off', strips: true },
    { does: 'leaves the prefix on', strips: false },
  ])('the service, its page and its documentation work where nginx $does', async ({ strips }, context) => {
    if (!hasNginx) return context.skip('nginx is not installed (apt-get install nginx-light)');
    const service = await startFitted({ BASE_PATH: '/calibration' });
    const nginx = await startNginx(service.url, strips);
    const below = `${nginx}/calibration`;

    const samples = [{ response: 'Hello!', reward: 1 }];
    const calibrated = await postJson(`${below}/v1/calibrate`, { reward_model: 'org/rm', samples });
    expect(calibrated.status).toBe(200);

    for (const page of [
      below,
      `${below}/`,
      `${below}/docs`,
      `${below}/docs/`,
      `${below}/docs/static/index.html`,
    ]) {
      const answer = await fetch(page);
      expect([page, answer.status]).toEqual([page, 200]);
      expect(answer.url.startsWith(`${below}/`)).toBe(true);
      const loaded = addressesOf(await answer.text(), answer.url);
      expect(loaded.length).toBeGreaterThan(2);
      for (const address of loaded) expect([address, (await fetch(address)).status]).toEqual([address, 200]);
    }

    const document = await (await fetch(`${below}/openapi.json`)).text();
    const { servers, paths } = JSON.parse(document);
    expect('/v1/curves' in paths).toBe(true);
    const asDocumented = await fetch(`${nginx}${servers[0].url}/v1/curves`);
    expect(asDocumented.status).toBe(200);
    return undefined;
  });
});
