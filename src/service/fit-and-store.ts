import type { Logger } from 'pino';
import type { BiasCurve } from '../calibration/curve/bias-curve.js';
import type { FitSettings } from '../calibration/fit/fit-settings.js';
import type { VersionedCurve } from '../curves/curve-history.js';
import type { CurveRegistry } from '../curves/registry.js';
import type { SampleWindows } from '../fitting/sample-windows.js';
import type { Metrics } from '../telemetry/metrics.js';
import {
  buffersOf,
  type FitSeconds,
  type NamedFit,
  type NamedFitRequest,
  type ReadJob,
} from './fit-request.js';

/** The dependencies of storing a fit. */
export interface StoringDependencies {
  readonly registry: CurveRegistry;
  readonly windows: SampleWindows;
  readonly metrics: Metrics;
}

/** The dependencies of fitting: besides those, the worker threads. */
export interface FittingDependencies extends StoringDependencies {
  readonly fitter: {
    run(
      name: 'fit',
      job: ReadJob<NamedFitRequest>,
      transfer: ArrayBuffer[],
      signal: AbortSignal,
    ): Promise<NamedFit>;
  };
}

/** A stored curve, and what the parts of its fit took. */
export interface StoredFit {
  readonly curve: VersionedCurve;
  readonly seconds: FitSeconds;
}

/** The caller: its signal, aborted when it goes away, and its log. */
export interface Caller {
  readonly signal: AbortSignal;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Fits off the event loop, stores the curve as the reward model's new current version, and only then answers.
 * A failed or aborted fit changes nothing.
 *
 * @throws as {@link checkStorable}, the fit and {@link storeFit}.
 */
export async function fitAndStore(
  dependencies: FittingDependencies,
  request: NamedFitRequest,
  { signal, log }: Caller,
): Promise<StoredFit> {
  checkStorable(dependencies, request.rewardModel);
  const job = { kind: 'read', request } as const;
  const fit = await dependencies.fitter.run('fit', job, buffersOf(request.samples), signal);
  return storeFit(dependencies, fit, log);
}

/**
 * Checks before a fit the conditions under which its curve would be refused afterwards.
 *
 * @throws Unavailable `curve-unreadable`; Conflict `too-many-reward-models`.
 */
export function checkStorable({ registry, windows }: StoringDependencies, rewardModel: string): void {
  registry.checkReadable(rewardModel);
  registry.checkRoom(rewardModel, windows.rewardModels);
}

/**
 * Stores a fit as the reward model's new current version.
 *
 * @throws Unavailable `curve-unreadable`, `store-unavailable`; Conflict `too-many-reward-models`.
 */
export async function storeFit(
  { registry, windows, metrics }: StoringDependencies,
  { seconds: parts, ...fit }: NamedFit,
  log: Caller['log'],
): Promise<StoredFit> {
  const { rewardModel, samples } = fit;
  registry.checkRoom(rewardModel, windows.rewardModels);
  const settings = { ...fit.settings, characteristics: usedAlphas(fit.curves) };
  const before = registry.current(rewardModel);
  const curve = await registry.add({ ...fit, settings, fittedAt: new Date().toISOString() });
  const seconds = curve.diagnostics.fitSeconds;
  metrics.fitted(rewardModel, samples, seconds);
  metrics.current(curve);
  const warnings = curve.diagnostics.warnings.map(({ code }) => code);
  log.info({ rewardModel, version: curve.version, samples, seconds, warnings }, 'curve fitted');
  if (before?.audit) log.warn({ rewardModel, version: curve.version, audited: before.version }, UNAUDITED);
  return { curve, seconds: parts };
}

const UNAUDITED =
  'the new version has no audit, the one before keeps its own: audit again, on samples of the policy (POST /v1/disputed-pairs)';

/** The characteristics in order, each with the α that was used. */
function usedAlphas(curves: readonly BiasCurve[]): FitSettings['characteristics'] {
  const alphas = new Map(curves.map(({ characteristic, alpha }) => [characteristic, alpha]));
  return [...alphas].map(([name, alpha]) => ({ name, alpha }));
}
