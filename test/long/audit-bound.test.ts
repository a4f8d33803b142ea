import { expect, test } from 'vitest';
import { CurveRegistry } from '../../src/curves/registry.js';
import { MemoryStore } from '../../src/curves/stores/memory-store.js';
import { curveOf, sentAudit, UNOBSERVED } from '../support/curves.js';

const rm = 'org/rm';

test('the audits of a reward model have a bound, so that what is stored can be read back', async () => {
  const limits = { maxRewardModels: 1, keepVersions: 4_000 };
  const warnings = Array(32).fill({ code: 'large', message: '€'.repeat(2_000) });
  const large = { ...sentAudit(rm, 1), warnings };
  const registry = await CurveRegistry.open(new MemoryStore(), limits, UNOBSERVED);
  let refused = 0;
  for (let v = 1; v <= 180 && refused === 0; v++) {
    await registry.add(curveOf(rm, v));
    await registry.attachAudit(rm, v, large).catch((error: Error) => {
      expect(error.message).toMatch(/the audits of this reward model would take \d+ bytes, at most 33554432/);
      refused = v;
    });
  }
  expect(refused).toBeGreaterThan(100);
  expect(registry.version(rm, refused).audit).toBeNull();
});
