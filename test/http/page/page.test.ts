import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../../support/app.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const start = (environment: Record<string, string> = {}) =>
  startApp(environment, undefined, { pageFolder: pathToFileURL(`${folder}/`) });

/** A folder as the build leaves it. */
function plantPage(): void {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(join(folder, 'assets', 'index-a1b2.js'), 'export {};');
  writeFileSync(join(folder, 'secret'), 'not served');
}

describe('the page', () => {
  test('is at /, asked for again each time, with a key as without', async () => {
    plantPage();
    const app = await start({ API_KEYS: 'key' });
    const { statusCode, headers, body } = await app.inject('/');
    expect([statusCode, headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(body).toContain('the page');
  });

  test('has its assets below /assets/, kept for ever: their names change with their content', async () => {
    plantPage();
    const app = await start();
    const { statusCode, headers } = await app.inject('/assets/index-a1b2.js');
    expect([statusCode, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect(headers['content-type']).toMatch(/javascript/);
  });

  test('sends the form of an asset that the browser takes', async () => {
    plantPage();
    const script = join(folder, 'assets', 'index-a1b2.js');
    writeFileSync(`${script}.br`, 'brotli');
    writeFileSync(`${script}.gz`, 'gzip');
    const app = await start();
    const ask = async (encodings: string) => {
      const headers = { 'accept-encoding': encodings };
      const { headers: answered, body } = await app.inject({ url: '/assets/index-a1b2.js', headers });
      expect(answered.vary).toBe('accept-encoding');
      expect(answered['content-type']).toMatch(/javascript/);
      return [answered['content-encoding'], body];
    };
    expect(await ask('gzip, deflate, br')).toEqual(['br', 'brotli']);
    expect(await ask('gzip')).toEqual(['gzip', 'gzip']);
    expect(await ask('identity')).toEqual([undefined, 'export {};']);
    const { statusCode } = await app.inject('/assets/index-a1b2.js.br');
    expect(statusCode).toBe(404);
  });

  test.each([
    '/assets',
    '/assets/',
    '/assets/none.js',
    '/assets/../secret',
    '/assets/..%2fsecret',
    '/assets/%2e%2e/secret',
    '/assets/.%2e/secret',
    '/assets//secret',
    '/assets/%00',
    '/index.html',
    '/secret',
  ])('has nothing at %s: a problem like any other', async (url) => {
    plantPage();
    const { statusCode, headers, body } = await (await start()).inject(url);
    expect([statusCode, headers['content-type']]).toEqual([404, 'application/problem+json']);
    expect(body).toContain('no-such-route');
    expect(headers['cache-control']).toBeUndefined();
  });

  test('that is not built says how it is', async () => {
    const { statusCode, headers, body } = await (await start()).inject('/');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(body).toContain('npm run build');
  });
});
