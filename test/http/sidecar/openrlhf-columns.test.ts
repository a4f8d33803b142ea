import { expect, test } from 'vitest';
import { openrlhfContract } from '../../../src/http/sidecar/openrlhf-contract.js';
import type { ScoredSample } from '../../../src/sidecar/scoring/score-samples.js';
import { toUpstream, upstreamSchema } from '../../../src/sidecar/upstream/upstream.js';

const upstream = toUpstream(
  upstreamSchema.parse({ name: 'rm', reward_model: 'org/rm', kind: 'openrlhf', url: 'http://rm.invalid' }),
);

function sampleWith(extraLogs: string): ScoredSample {
  const entry = { rewards: 1, extra_logs: JSON.parse(extraLogs) };
  return { reward: 0, rawReward: 1, bias: 1, length: 3, rule: 'prompt', entry, answer: undefined };
}

function extraLogsOf(samples: readonly ScoredSample[]): string {
  const scored = { samples, isSingle: false, version: 1, upstream, bosStripped: 0 };
  const { extra_logs } = openrlhfContract.write(scored, { query: '' }, undefined) as Record<string, unknown>;
  return JSON.stringify(extra_logs);
}

test.each([1, 2])('a key __proto__ of the upstream passes through as any other, of %i sample(s)', (count) => {
  const sample = sampleWith('{"kept": 2, "__proto__": {"polluted": true}}');
  const written = extraLogsOf(new Array(count).fill(sample));
  const list = (value: string) => `[${new Array(count).fill(value).join(',')}]`;
  expect(written).toContain(`"kept":${list('2')},"__proto__":${list('{"polluted":true}')}`);
  expect({}).not.toHaveProperty('polluted');
});
