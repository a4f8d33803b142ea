import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { ALPHA_OF, codeOf } from '../../src/calibration/audit/audit-codes.js';
import { DEFAULT_FIT_SETTINGS } from '../../src/calibration/fit/fit-settings.js';
import { type AuditDocument, auditDocument } from '../../src/curves/audit-document.js';
import { AUDIT_EXAMPLE } from '../../src/curves/audit-example.js';
import {
  type CurveHistory,
  emptyHistory,
  type FittedCurve,
  withAudit,
  withVersion,
} from '../../src/curves/curve-history.js';
import type { StoreObserver } from '../../src/curves/watched-store.js';

const FITTED_AT = '2026-11-23T00:00:00.000Z';

/** A curve with every field set; another one for every `slope`. */
export function curveOf(rewardModel: string, slope = 1): FittedCurve {
  return {
    rewardModel,
    fittedAt: FITTED_AT,
    settings: {
      ...DEFAULT_FIT_SETTINGS,
      frac: 'auto',
      iterations: 'auto',
      characteristics: [{ name: 'chars', alpha: 1 }],
    },
    samples: 12,
    curves: [
      {
        characteristic: 'chars',
        alpha: 1,
        knots: Float64Array.of(1, 2.5, 1e300),
        biases: Float64Array.of(0.1 + 0.2, -Math.PI * slope, 5e-324),
        standardErrors: Float64Array.of(0.1, 1 / 3, 0),
        beyond: 'line',
        meanBias: 1 / 3,
      },
    ],
    rewardScale: { mean: 0.1 + 0.2, scale: 1 / 3 },
    jointCounts: {
      characteristicEdges: Float64Array.of(1, 2.5, 1e300),
      rewardEdges: Float64Array.of(-1 / 3, 5e-324, 0.1 + 0.2, 1e308),
      counts: [Uint32Array.of(0, 5, 1), Uint32Array.of(2, 0, 4)],
    },
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
  };
}

/** A reward model after so many fits, of which the last three are kept. */
export function grown(rewardModel: string, versions: number): CurveHistory {
  let history = emptyHistory(rewardModel);
  for (let v = 1; v <= versions; v++) history = withVersion(history, curveOf(rewardModel, v), 3);
  return history;
}

/**
 * A verdict of labels on a version of a reward model's curve, with the date of {@link curveOf}; another one
 * for every probability.
 */
export function auditOf(rewardModel: string, version: number, probability = 0.96): AuditDocument {
  const curve = { reward_model: rewardModel, version, fitted_at: FITTED_AT };
  const code = codeOf(probability);
  const verdict = { ...AUDIT_EXAMPLE.verdict, code };
  return auditDocument.parse({ ...AUDIT_EXAMPLE, ...curve, verdict, alpha: ALPHA_OF[code], probability });
}

/** An audit that does not say when its curve was fitted. */
export function sentAudit(...curve: Parameters<typeof auditOf>): AuditDocument {
  return { ...auditOf(...curve), fitted_at: null };
}

/** The same as a curve of any date has it. */
export function keptAudit(...curve: Parameters<typeof auditOf>): AuditDocument {
  return { ...auditOf(...curve), fitted_at: expect.any(String) };
}

/** A history in which every version but the newest has an audit. */
export function audited(history: CurveHistory): CurveHistory {
  return history.versions
    .slice(0, -1)
    .reduce(
      (result, { version }) => withAudit(result, version, auditOf(history.rewardModel, version, 1 / 3)),
      history,
    );
}

/** Hears nothing. */
export const UNOBSERVED: StoreObserver = {
  stored: () => undefined,
  failed: () => undefined,
  unfinished: () => undefined,
  lost: () => undefined,
};

/**
 * In memory where there is such a folder: tests of stores make thousands of files, and a
 * disk syncs replaced ones.
 */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder that is gone when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(PLACE, 'reward-calibration-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
