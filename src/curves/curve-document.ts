import { InvalidInput } from '../calibration/errors.js';
import { DEFAULT_FIT_SETTINGS, type FitSettings } from '../calibration/fit/fit-settings.js';
import { toColumn } from '../calibration/samples/pick.js';
import type { Correlations } from '../calibration/statistics/correlation.js';
import { type FittedCurve, LAST_VERSION } from './curve-history.js';
import { isCurveDocument } from './document-check.js';
import {
  type CurveDocument,
  curveDocument,
  DOCUMENT_SCHEMA_VERSION,
  MAX_DOCUMENT_BYTES,
} from './document-schema.js';
import { fromJointCountsField, toJointCountsField } from './joint-counts-schema.js';

/** The document of a curve; `fromDocument(toDocument(curve))` is the same curve to the bit. */
export function toDocument(curve: FittedCurve & { readonly version?: number }): CurveDocument {
  return {
    schema_version: DOCUMENT_SCHEMA_VERSION,
    reward_model: curve.rewardModel,
    ...(curve.version === undefined ? {} : { version: curve.version }),
    fitted_at: curve.fittedAt,
    ...settingsFields(curve.settings),
    samples: curve.samples,
    characteristics: curve.curves.map((part) => ({
      name: part.characteristic,
      alpha: part.alpha,
      mean_bias: part.meanBias,
      knots: Array.from(part.knots),
      biases: Array.from(part.biases),
      ...(part.standardErrors && { standard_errors: Array.from(part.standardErrors) }),
      ...(part.beyond === 'line' && { beyond: part.beyond }),
    })),
    ...(curve.rewardScale && { reward_scale: curve.rewardScale }),
    ...(curve.jointCounts && { joint_counts: toJointCountsField(curve.jointCounts) }),
    diagnostics: toDiagnostics(curve.diagnostics),
  };
}

/** Whether two curves have the same document, whatever their versions. */
export function sameContent(a: FittedCurve, b: FittedCurve): boolean {
  return contentOf(a) === contentOf(b);
}

function contentOf(curve: FittedCurve): string {
  const { version: _, ...document } = toDocument(curve);
  return JSON.stringify(document);
}

/**
 * Checks that the document of a curve can be read back: an acknowledged curve must survive a restart, and an
 * unreadable store stops the start.
 *
 * @throws InvalidInput `unreadable-curve`, naming the field of the document.
 */
export function requireReadable(curve: FittedCurve): void {
  const document = toDocument({ ...curve, version: LAST_VERSION });
  // Thousands of knots keep zod busy for milliseconds, in which nothing else is answered.
  const [issue] = isCurveDocument(document) ? [] : (curveDocument.safeParse(document).error?.issues ?? []);
  if (issue !== undefined) throw cannotBeStored(`${issue.path.join('.')}: ${issue.message}`);
  const bytes = Buffer.byteLength(JSON.stringify(document));
  if (bytes > MAX_DOCUMENT_BYTES)
    throw cannotBeStored(
      `it takes ${bytes} bytes, at most ${MAX_DOCUMENT_BYTES} are possible: fit fewer distinct values`,
    );
}

function cannotBeStored(reason: string): InvalidInput {
  return new InvalidInput('unreadable-curve', `the fitted curve cannot be stored: ${reason}`);
}

/** The diagnostics of a curve as the document and the API show them. */
export function toDiagnostics(diagnostics: FittedCurve['diagnostics']): CurveDocument['diagnostics'] {
  return {
    spearman: toCorrelations(diagnostics.spearman),
    pearson: toCorrelations(diagnostics.pearson),
    residual_scale: diagnostics.residualScale,
    robust_weight_removed: diagnostics.robustWeightRemoved,
    fit_seconds: diagnostics.fitSeconds,
    iterations: diagnostics.iterations,
    warnings: [...diagnostics.warnings],
    characteristics: diagnostics.characteristics.map((part) => ({
      name: part.characteristic,
      frac: part.frac,
      ...(part.fracLosses && { frac_losses: [...part.fracLosses] }),
      effective_degrees_of_freedom: part.effectiveDegreesOfFreedom,
      standard_error: part.standardError,
      ...(part.backFitting && { back_fitting: part.backFitting }),
    })),
  };
}

/** The settings of a fit as the document and the API show them: those of other estimators are left out. */
export function settingsFields({ estimator, frac, iterations, penalty, ratio, minSamples }: FitSettings) {
  return {
    estimator,
    frac,
    iterations,
    ...(estimator.endsWith('penalty') && { penalty }),
    ...(estimator === 'mean' && { ratio, min_samples: minSamples }),
  };
}

/** Correlations as the document and the API show them. */
export function toCorrelations({ before, after, crossFitted }: Correlations) {
  return { before, after, cross_fitted: crossFitted };
}

function fromCorrelations(given: CurveDocument['diagnostics']['spearman']): Correlations {
  return { before: given.before, after: given.after, crossFitted: given.cross_fitted ?? null };
}

/** The settings of a document: as requested, except each α, which is the one used. */
function fromSettings(document: CurveDocument): FitSettings {
  const alphas = new Map(document.characteristics.map(({ name, alpha }) => [name, alpha]));
  return {
    estimator: document.estimator,
    frac: document.frac,
    iterations: document.iterations,
    characteristics: [...alphas].map(([name, alpha]) => ({ name, alpha })),
    penalty: document.penalty ?? DEFAULT_FIT_SETTINGS.penalty,
    ratio: document.ratio ?? DEFAULT_FIT_SETTINGS.ratio,
    minSamples: document.min_samples ?? DEFAULT_FIT_SETTINGS.minSamples,
  };
}

/** The curve of a validated document. */
export function fromDocument(document: CurveDocument): FittedCurve {
  const { diagnostics } = document;
  return {
    rewardModel: document.reward_model,
    fittedAt: document.fitted_at,
    settings: fromSettings(document),
    samples: document.samples,
    rewardScale: document.reward_scale,
    jointCounts: document.joint_counts && fromJointCountsField(document.joint_counts),
    curves: document.characteristics.map((part) => ({
      characteristic: part.name,
      alpha: part.alpha,
      meanBias: part.mean_bias,
      knots: toColumn(part.knots),
      biases: toColumn(part.biases),
      standardErrors: part.standard_errors && toColumn(part.standard_errors),
      beyond: part.beyond ?? 'hold',
    })),
    diagnostics: {
      spearman: fromCorrelations(diagnostics.spearman),
      pearson: fromCorrelations(diagnostics.pearson),
      iterations: diagnostics.iterations ?? (document.iterations === 'auto' ? 0 : document.iterations),
      warnings: diagnostics.warnings ?? [],
      residualScale: diagnostics.residual_scale,
      robustWeightRemoved: diagnostics.robust_weight_removed,
      fitSeconds: diagnostics.fit_seconds,
      characteristics: (diagnostics.characteristics ?? []).map((part) => ({
        characteristic: part.name,
        frac: part.frac,
        fracLosses: part.frac_losses,
        effectiveDegreesOfFreedom: part.effective_degrees_of_freedom,
        standardError: part.standard_error,
        backFitting: part.back_fitting,
      })),
    },
  };
}
