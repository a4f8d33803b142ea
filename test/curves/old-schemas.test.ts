import { cp, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { CurveRegistry } from '../../src/curves/registry.js';
import { FileStore } from '../../src/curves/stores/file-store.js';
import { startApp } from '../support/app.js';
import { auditOf, curveOf, temporaryFolder, UNOBSERVED } from '../support/curves.js';

/** Written by `golden/old-store.sh`: curve documents of schema version 1, and a head of 2. */
const golden = (name: string) => new URL(`golden/${name}`, import.meta.url);
const rm = 'org/old';

async function openCopy() {
  const folder = await temporaryFolder();
  await cp(golden('old-store'), folder, { recursive: true });
  const limits = { maxRewardModels: 9, keepVersions: 9 };
  const open = () => CurveRegistry.open(new FileStore(folder), limits, UNOBSERVED);
  return open;
}

describe('a folder of the service before', () => {
  test('is read, with its current version and without joint counts and audits', async () => {
    const registry = await (await openCopy())();
    expect(registry.listUnreadable()).toEqual([]);
    const { current, nextVersion, versions } = registry.history(rm);
    expect({ current, nextVersion }).toEqual({ current: 1, nextVersion: 3 });
    expect(versions.map(({ version, audit, jointCounts }) => ({ version, audit, jointCounts }))).toEqual([
      { version: 1, audit: null, jointCounts: undefined },
      { version: 2, audit: null, jointCounts: undefined },
    ]);
    await registry.close();
  });

  test.each<[string, (registry: CurveRegistry) => Promise<unknown>]>([
    ['an audit', (registry) => registry.attachAudit(rm, 2, auditOf(rm, 2))],
    ['a new version', (registry) => registry.add(curveOf(rm))],
    ['another strength', (registry) => registry.changeStrength(rm, 2, 0.5)],
    ['a rollback', (registry) => registry.rollBack(rm, 2)],
  ])('takes %s, and a restart shows it', async (_, change) => {
    const open = await openCopy();
    const registry = await open();
    await change(registry);
    const after = registry.list();
    await registry.close();
    const restarted = await open();
    expect(restarted.list()).toEqual(after);
    await restarted.close();
  });
});

test('a curve that the service before exported is imported, and exported under the newer schema', async () => {
  const app = await startApp();
  const payload = JSON.parse(await readFile(golden('old-curve.json'), 'utf8'));
  expect(payload.schema_version).toBe(1);
  const imported = await app.inject({ method: 'PUT', url: '/v1/curves', payload });
  expect(imported.json()).toMatchObject({ reward_model: rm, version: 1, audit: null });
  const again = await app.inject({ method: 'PUT', url: '/v1/curves', payload });
  expect(again.json().version).toBe(1);
  const exported = (await app.inject(`/v1/curves?reward_model=${rm}&version=1`)).json();
  expect(exported).toEqual({ ...payload, schema_version: 2, version: 1 });
});
