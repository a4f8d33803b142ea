import { expect, test } from 'vitest';
import { tidySidecarPath } from '../../../src/http/sidecar/tidy-path.js';
import { startSidecar } from '../../support/sidecar-app.js';

test.each([
  ['/sidecar/rm/get_reward', '/sidecar/rm/get_reward'],
  ['/sidecar/rm/get_reward/', '/sidecar/rm/get_reward'],
  ['/sidecar/rm//classify', '/sidecar/rm/classify'],
  ['/sidecar//rm/v1/embeddings//?a=/b//', '/sidecar/rm/v1/embeddings?a=/b//'],
  ['/v1/curves/', '/v1/curves/'],
  ['/docs/', '/docs/'],
  ['/sidecars//', '/sidecars//'],
])('%s is %s', (url, tidy) => {
  expect(tidySidecarPath(url)).toBe(tidy);
});

test('a trainer whose URL has a slash too many is answered', async () => {
  const sidecar = await startSidecar('openrlhf');
  const plain = await sidecar.ask('/get_reward', { query: ['a'] });
  expect(plain.status).toBe(200);
  for (const path of ['/get_reward/', '//get_reward']) {
    const answer = await sidecar.ask(path, { query: ['a'] });
    expect([answer.status, answer.body]).toEqual([200, plain.body]);
  }
});
