import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contractOf } from '../../../src/sidecar/servers/servers.js';
import { UPSTREAM_KINDS, type UpstreamKind } from '../../../src/sidecar/upstream/upstream.js';

/*
 * Usual answers are read without a schema. An answer with a key `__proto__` in each of its objects never is,
 * and schemas drop that key: both must have the same outcome.
 */

const odd = fc.constantFrom<unknown>('', 'AACAPwAAAEA=', true, -1, 0.5, {}, [], [[]], [1, '2'], undefined);
const reward = fc.oneof({ weight: 9, arbitrary: fc.option(fc.double({ noNaN: true })) }, odd);
const rewards = fc.oneof({ weight: 9, arbitrary: fc.array(reward, { maxLength: 3 }) }, odd);
const index = fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, fc.constant(null), odd);
const listOf = (entry: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.array(fc.oneof({ weight: 9, arbitrary: entry }, odd), { maxLength: 3 }) },
    odd,
  );
const data = (entry: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(
    { data: listOf(fc.record({ index, ...entry }, { requiredKeys: ['index'] })), model: odd },
    { requiredKeys: [] },
  );
const labels = listOf(fc.record({ score: reward, label: odd }, { requiredKeys: [] }));

const ANSWERS: Readonly<Record<UpstreamKind, fc.Arbitrary<unknown>>> = {
  openrlhf: fc.record(
    { rewards, scores: rewards, extra_logs: fc.oneof(odd, fc.record({ length: rewards })) },
    { requiredKeys: [] },
  ),
  'vllm-classify': data({ probs: rewards, label: odd }),
  'vllm-pooling': data({ data: fc.oneof(rewards, reward, fc.array(rewards, { maxLength: 2 })) }),
  'sglang-classify': listOf(fc.record({ embedding: rewards, id: odd }, { requiredKeys: [] })),
  'openai-embeddings': data({ embedding: rewards }),
  'tei-predict': fc.oneof(labels, listOf(labels)),
};

/** As it comes from the wire, perhaps with a key that no usual answer has. */
function parsed(answer: unknown, isUsual: boolean): unknown {
  const text = JSON.stringify(answer) ?? 'null';
  return JSON.parse(isUsual ? text : text.replace(/\{(\s*\})?/g, (_, end) => `{"__proto__":0${end ?? ','}`));
}

describe.each(UPSTREAM_KINDS)('%s', (kind) => {
  const outcome = (answer: unknown, count: number) => {
    try {
      return contractOf(kind)
        .readRewards(answer, count)
        .map(({ reward }) => reward);
    } catch (error) {
      return String(error);
    }
  };

  test('is read as its schema reads it, usual or not', () => {
    let accepted = 0;
    fc.assert(
      fc.property(ANSWERS[kind], fc.nat(3), (answer, count) => {
        const usual = outcome(parsed(answer, true), count);
        expect(usual).toEqual(outcome(parsed(answer, false), count));
        if (Array.isArray(usual) && usual.length > 0) accepted++;
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});
