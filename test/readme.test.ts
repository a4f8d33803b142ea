import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { configSchema } from '../src/config.js';
import { configTable } from './support/config-table.js';
import { startServer } from './support/server-process.js';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');

describe('the README', () => {
  test('lists every environment variable with its default and meaning', () => {
    const rows = readme.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line));
    expect(rows).toEqual(configTable(configSchema));
  });

  test('says of every dependency what it is for, and of nothing else', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const section = readme.split('## Dependencies')[1]?.split('\n## ')[0] ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => row.split('|')[1]?.match(/(?<=`)[^`, ]+(?=`)/g) ?? []);
    expect(named.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort());
  });

  test('has curl lines that work by copy and paste', async (context) => {
    for (const tool of ['curl', 'jq'])
      if (spawnSync(tool, ['--version']).error) return context.skip(`${tool} is not installed`);
    const folder = mkdtempSync(join(tmpdir(), 'reward-calibration-readme-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const server = await startServer({ STORE_URL: 'memory:', LOG_LEVEL: 'info' });
    const blocks = [...readme.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    expect(blocks.length).toBeGreaterThan(4);
    for (const block of blocks) {
      const script = `set -e\n${block.replaceAll('http://localhost:8080', server.url)}`;
      const { status, stderr, stdout } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
      expect(status, `${block}\n${stdout}\n${stderr}`).toBe(0);
    }
    return undefined;
  });
});
