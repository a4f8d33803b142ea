import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('the package of the client has the version, the license and the dependency of the service’s', () => {
  const whole = JSON.parse(read('package.json'));
  const client = JSON.parse(read('clients/typescript/package.json'));
  for (const field of ['version', 'license', 'engines', 'type']) expect(client[field]).toEqual(whole[field]);
  expect(client.dependencies).toEqual({ 'openapi-fetch': whole.dependencies['openapi-fetch'] });
  expect(read('clients/typescript/LICENSE')).toBe(read('LICENSE'));
  // What the client imports from outside is what it depends on.
  const files = readdirSync(new URL('../../../clients/typescript', import.meta.url));
  for (const file of files.filter((name) => name.endsWith('.ts') && name !== 'generate.ts'))
    for (const [, from = ''] of read(`clients/typescript/${file}`).matchAll(/ from '([^']+)'/g))
      expect(from.startsWith('./') || from in client.dependencies, from).toBe(true);
});
