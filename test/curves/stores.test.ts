import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_FIT_SETTINGS } from '../../src/calibration/fit-settings.js';
import { type CurveHistory, cleared, emptyHistory, withVersion } from '../../src/curves/curve-history.js';
import type { CurveStore } from '../../src/curves/stores/curve-store.js';
import { FileStore } from '../../src/curves/stores/file-store.js';
import { MemoryStore } from '../../src/curves/stores/memory-store.js';

function grown(rewardModel: string, versions: number): CurveHistory {
  let history = emptyHistory(rewardModel);
  for (let v = 1; v <= versions; v++) {
    const curve = {
      characteristic: 'chars',
      alpha: 1,
      knots: Float64Array.of(1, 2.5, 1e300),
      biases: Float64Array.of(0.1 + 0.2, -Math.PI * v, 5e-324),
      standardErrors: Float64Array.of(0.1, 1 / 3, 0),
      beyond: 'line' as const,
      meanBias: 1 / 3,
    };
    history = withVersion(
      history,
      {
        rewardModel,
        fittedAt: '2026-11-23T00:00:00.000Z',
        settings: {
          ...DEFAULT_FIT_SETTINGS,
          frac: 'auto',
          iterations: 'auto',
          characteristics: [{ name: 'chars', alpha: 1 }],
        },
        samples: 12,
        curves: [curve],
        rewardScale: { mean: 0.1 + 0.2, scale: 1 / 3 },
        diagnostics: {
          spearman: { before: 0.5, after: null, crossFitted: null },
          pearson: { before: 0.25, after: 0.125, crossFitted: 0.1 + 0.2 },
          residualScale: 0.7,
          robustWeightRemoved: 0.1,
          fitSeconds: 0.001,
          iterations: 3,
          warnings: [{ code: 'hardly-reduced', message: 'look' }],
          characteristics: [
            {
              characteristic: 'chars',
              frac: 0.3,
              fracLosses: [{ frac: 0.3, loss: 0.1 + 0.7 }],
              effectiveDegreesOfFreedom: 2.5,
              standardError: { mean: 0.2, largest: 1 / 3 },
            },
          ],
        },
      },
      3,
    );
  }
  return history;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reward-calibration-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Opens a store, and opens it again as a restarted process would. */
type Reopen = () => Promise<CurveStore>;

const stores: Record<string, () => Promise<Reopen>> = {
  memory: async () => {
    const store = new MemoryStore();
    return async () => store;
  },
  file: async () => {
    const folder = await temporaryFolder();
    return async () => new FileStore(join(folder, 'made', 'by the store'));
  },
};

describe.each(Object.entries(stores))('every store: %s', (_, create) => {
  test('gives back what was saved, to the bit, and nothing at first', async () => {
    const reopen = await create();
    expect(await (await reopen()).load()).toEqual([]);
    const [a, b] = [grown('org/a', 2), grown('../🏆 b', 5)];
    const store = await reopen();
    await store.save(a);
    await store.save(b);
    const loaded = await (await reopen()).load();
    const byName = (x: CurveHistory, y: CurveHistory) => (x.rewardModel < y.rewardModel ? -1 : 1);
    expect(loaded.sort(byName)).toEqual([a, b].sort(byName));
  });

  test('a later save replaces the earlier one, also when it has fewer versions', async () => {
    const reopen = await create();
    const store = await reopen();
    await store.save(grown('org/a', 2));
    await store.save(grown('org/a', 6));
    expect(await (await reopen()).load()).toEqual([grown('org/a', 6)]);
    await store.save(cleared(grown('org/a', 6)));
    expect(await (await reopen()).load()).toEqual([cleared(grown('org/a', 6))]);
  });
});

describe('the file store', () => {
  test('ignores and later removes what a crash left behind', async () => {
    const folder = await temporaryFolder();
    const store = new FileStore(folder);
    await store.save(grown('org/a', 1));
    const [own = ''] = await readdir(folder);
    await writeFile(join(folder, own, 'version-2.json.123456'), '{"half a docu');
    await writeFile(join(folder, own, 'version-9.json'), '{}');
    expect(await new FileStore(folder).load()).toEqual([grown('org/a', 1)]);
    await store.save(grown('org/a', 3));
    expect((await readdir(join(folder, own))).sort()).toEqual([
      'head.json',
      'version-1.json',
      'version-2.json',
      'version-3.json',
    ]);
  });

  test('a crash between a version and its head does not block that version number', async () => {
    const folder = await temporaryFolder();
    await new FileStore(folder).save(grown('org/a', 1));
    const [own = ''] = await readdir(folder);
    await writeFile(join(folder, own, 'version-2.json'), JSON.stringify({ other: 'content' }));
    const restarted = new FileStore(folder);
    const [loaded] = await restarted.load();
    expect(loaded).toEqual(grown('org/a', 1));
    await restarted.save(grown('org/a', 2));
    expect(await new FileStore(folder).load()).toEqual([grown('org/a', 2)]);
  });

  test('a damaged file stops the start and is named', async () => {
    const folder = await temporaryFolder();
    await new FileStore(folder).save(grown('org/a', 1));
    const [own = ''] = await readdir(folder);
    await writeFile(join(folder, own, 'version-1.json'), '{"schema_version":1');
    await expect(new FileStore(folder).load()).rejects.toThrow(/version-1\.json/);
  });
});
