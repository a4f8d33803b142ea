import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CurveRegistry } from '../../../src/curves/registry.js';
import { MemoryStore } from '../../../src/curves/stores/memory-store.js';
import { rehearse } from '../../../src/http/sidecar/rehearse.js';
import { toUpstream, UPSTREAM_KINDS, upstreamSchema } from '../../../src/sidecar/upstream/upstream.js';
import { UNOBSERVED } from '../../support/curves.js';
import { startSidecar } from '../../support/sidecar-app.js';

/** Never asked: nothing listens there. */
const ELSEWHERE = 'http://127.0.0.1:9';

const open = () =>
  CurveRegistry.open(new MemoryStore(), { maxRewardModels: 10, keepVersions: 10 }, UNOBSERVED);

const upstreamOf = (kind: string) =>
  toUpstream(upstreamSchema.parse({ name: kind, reward_model: 'org/rm', kind, url: ELSEWHERE, retries: 0 }));

describe('a rehearsal', () => {
  test.each(UPSTREAM_KINDS)(
    'in front of %s scores its samples, and asks no configured server',
    async (kind) => {
      await rehearse(await open(), [upstreamOf(kind)], new AbortController().signal);
    },
  );

  test('ends when the service closes', async () => {
    const closing = new AbortController();
    const upstreams = UPSTREAM_KINDS.map(upstreamOf);
    const rehearsing = rehearse(await open(), upstreams, closing.signal);
    closing.abort();
    await rehearsing;
  });

  test('of a service leaves no trace, and its first requests are answered', async () => {
    const lines: string[] = [];
    const { app, ask, fake } = await startSidecar('openrlhf', {
      dependencies: { rehearses: true, logStream: { write: (line) => void lines.push(line) } },
    });
    const before = (await app.inject('/metrics')).body;
    expect((await ask('/get_reward', { query: ['PR'], prompts: ['P'] })).status).toBe(200);
    await sleep(500);
    const after = (await app.inject('/metrics')).body;
    expect(before).not.toMatch(/upstream_batch_size_count\{upstream="rm"\}/);
    expect(after).toContain('upstream_batch_size_count{upstream="rm"} 1');
    expect(after).toMatch(/response_rule_total\{upstream="rm",rule="prompt"\} 1\n/);
    expect(fake.requests).toHaveLength(1);
    expect(lines.join('')).not.toContain('rehears');
  });
});
