import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../src/calibration/errors.js';
import type { CurveHistory } from '../../src/curves/curve-history.js';
import { CurveRegistry } from '../../src/curves/registry.js';
import { storageKey } from '../../src/curves/storage-key.js';
import { FileStore } from '../../src/curves/stores/file-store.js';
import { NODE_FILE_SYSTEM } from '../../src/curves/stores/file-system.js';
import { readStore } from '../../src/curves/stores/read-store.js';
import { auditOf, curveOf, temporaryFolder, UNOBSERVED } from '../support/curves.js';
import { type Fault, faultyFileSystem, type Operation } from '../support/faulty-file-system.js';

const rm = 'org/rm';

/** A change, and how many versions there are before it. */
interface Change {
  readonly before: number;
  /** Whether the head is one of an older service, without checksums. */
  readonly isOld?: boolean;
  /** What else was done before it. */
  readonly prepare?: (registry: CurveRegistry) => Promise<unknown>;
  readonly change: (registry: CurveRegistry) => Promise<unknown>;
}

const CHANGES: Record<string, Change> = {
  'a first save': { before: 0, change: (registry) => registry.add(curveOf(rm, 9)) },
  'a second save': { before: 1, change: (registry) => registry.add(curveOf(rm, 9)) },
  'a save that prunes': { before: 3, change: (registry) => registry.add(curveOf(rm, 9)) },
  'a save over an old head': { before: 2, isOld: true, change: (registry) => registry.add(curveOf(rm, 9)) },
  'a rollback over an old head': { before: 3, isOld: true, change: (registry) => registry.rollBack(rm, 1) },
  'a rollback': { before: 3, change: (registry) => registry.rollBack(rm, 1) },
  'deleting a version': { before: 3, change: (registry) => registry.delete(rm, 2) },
  'attaching an audit': {
    before: 3,
    change: (registry) => registry.attachAudit(rm, 2, auditOf(rm, 2)),
  },
  'attaching an audit over an old head': {
    before: 3,
    isOld: true,
    change: (registry) => registry.attachAudit(rm, 2, auditOf(rm, 2)),
  },
  'taking an audit off': {
    before: 3,
    prepare: (registry) => registry.attachAudit(rm, 3, auditOf(rm, 3)),
    change: (registry) => registry.attachAudit(rm, 3, null),
  },
  'a save of another strength, with the audit': {
    before: 2,
    prepare: (registry) => registry.attachAudit(rm, 2, auditOf(rm, 2)),
    change: (registry) => registry.changeStrength(rm, 2, 0.5),
  },
  'deleting all': { before: 3, change: (registry) => registry.delete(rm, undefined) },
};

const KINDS: readonly Exclude<Fault, undefined>[] = [
  { code: 'EIO', time: 'before' },
  { code: 'ENOSPC', time: 'before' },
  { code: 'EIO', time: 'after' },
];

describe.each(Object.entries(CHANGES))(
  '%s, with a failure at every step of the store',
  (name, { before, isOld = false, prepare, change }) => {
    test.each(KINDS)(
      '$code $time its effect: the answer is what a restart shows, and trying again succeeds',
      async (fault) => {
        const steps: Operation[] = [];
        await run(steps, undefined);
        expect(steps.length).toBeGreaterThan(8);
        for (let failing = 0; failing < steps.length; failing++) {
          const { folder, registry, outcome } = await run([], (step) =>
            step === failing ? fault : undefined,
          );
          const context = `${fault.code} ${fault.time} step ${failing}: ${JSON.stringify(steps[failing])}`;
          expect(await shownByRestart(folder), context).toEqual(registry.list());
          if (outcome instanceof Error) {
            expect(outcome, context).toBeInstanceOf(Unavailable);
            expect(registry.list()[0]?.versions.length ?? 0, context).toBe(before);
            await change(registry);
            expect(await shownByRestart(folder), context).toEqual(registry.list());
          }
          const next = await registry.add(curveOf(rm, 10));
          expect(await shownByRestart(folder), context).toEqual(registry.list());
          // No number is given twice, and none is lost to a refused save.
          expect(next.version, context).toBe(name.includes('save') ? before + 2 : before + 1);
          await registry.close();
        }
      },
    );

    test('a process killed at any step leaves what was before or what is after', async () => {
      const steps: Operation[] = [];
      const whole = await run(steps, undefined);
      const after = whole.registry.list();
      await whole.registry.close();
      for (let last = 0; last < steps.length; last++) {
        const dead = { code: 'EIO', time: 'before' } as const;
        const { folder, registry, old } = await run([], (step) => (step >= last ? dead : undefined));
        expect([old, after], `killed at ${JSON.stringify(steps[last])}`).toContainEqual(
          await shownByRestart(folder),
        );
        await registry.close();
      }
    });

    /** The change on a fresh folder; the fault is asked for by the number of the step. */
    async function run(steps: Operation[], faultOf: ((step: number) => Fault) | undefined) {
      const folder = await temporaryFolder();
      let isArmed = false;
      const fs = faultyFileSystem((operation) => {
        if (!isArmed) return undefined;
        steps.push(operation);
        return faultOf?.(steps.length - 1);
      });
      const limits = { maxRewardModels: 9, keepVersions: 3 };
      const open = () => CurveRegistry.open(new FileStore(folder, { fs }), limits, UNOBSERVED);
      let registry = await open();
      for (let v = 1; v <= before; v++) await registry.add(curveOf(rm, v));
      await prepare?.(registry);
      if (isOld) {
        await registry.close();
        await makeOld(join(folder, storageKey(rm), 'head.json'));
        registry = await open();
      }
      const old = registry.list();
      isArmed = true;
      const outcome = await change(registry).catch((error: unknown) => error);
      isArmed = false;
      return { folder, registry, old, outcome };
    }
  },
);

/** Makes a head what the first service wrote. */
async function makeOld(path: string): Promise<void> {
  const { versions, ...head } = JSON.parse(await readFile(path, 'utf8'));
  const numbers = versions.map(({ version }: { version: number }) => version);
  await writeFile(path, JSON.stringify({ ...head, schema_version: 1, versions: numbers }));
}

async function shownByRestart(folder: string): Promise<readonly CurveHistory[]> {
  const { histories, unreadable } = await readStore(NODE_FILE_SYSTEM, folder);
  expect(unreadable).toEqual([]);
  return histories.filter(({ versions }) => versions.length > 0);
}

describe('a failure after the head was put in place', () => {
  test.each(['readdir', 'rm'])('of %s is observed, and the curve is stored all the same', async (name) => {
    const folder = await temporaryFolder();
    let isArmed = false;
    const fs = faultyFileSystem((operation) =>
      isArmed && operation.name === name ? { code: 'EIO', time: 'before' } : undefined,
    );
    const unfinished: Error[] = [];
    const observer = { ...UNOBSERVED, unfinished: (error: Error) => unfinished.push(error) };
    const limits = { maxRewardModels: 9, keepVersions: 1 };
    const registry = await CurveRegistry.open(new FileStore(folder, { fs }), limits, observer);
    await registry.add(curveOf(rm, 1));
    isArmed = true;
    expect((await registry.add(curveOf(rm, 2))).version).toBe(2);
    expect(unfinished.map(({ message }) => message)).toEqual([
      expect.stringContaining(`EIO: injected, ${name}`),
    ]);
    expect(await shownByRestart(folder)).toEqual(registry.list());
    await registry.close();
  });
});
