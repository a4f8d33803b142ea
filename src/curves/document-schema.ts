import { z } from 'zod';
import { ESTIMATORS } from '../calibration/fit/fit-settings.js';
import { MAX_CHARACTERISTICS } from '../calibration/samples/samples.js';
import {
  fracSetting,
  iterationsSetting,
  minSamplesSetting,
  penaltySetting,
  ratioSetting,
} from './document-settings.js';
import { firstDisorder, jointCountsField, jointCountsRules, sumOfCounts } from './joint-counts-schema.js';
import { brokenNameRules, rewardModelName } from './reward-model-name.js';
import { warning } from './warning-schema.js';

/** Older services wrote perfect correlations a few units in the last place beyond 1. */
const correlation = z.number().min(-1.0000001).max(1.0000001).nullable();
const correlations = z.strictObject({
  before: correlation.describe('Null where there is none; the warning `correlation-undefined` says why'),
  after: correlation.describe(
    'What calibration leaves; nearer to 0 is no gain in itself. Null where there is none, or where the calibrated rewards differ by rounding errors of the fit only (the warning `correlation-undefined` says why), or where it is not known (`strength-changed`)',
  ),
  cross_fitted: correlation
    .optional()
    .describe(
      'After calibration by curves that had not seen the samples: `lwr` and `lwr-penalty` leave one sample out at a time (by the leverages of the fit); other estimators, fits of fewer than 100 prompts, and evaluations leave out five folds of whole prompts',
    ),
});

const biasCurve = z
  .strictObject({
    name: z.string().min(1).max(64).describe('The characteristic'),
    alpha: z.number().describe('Calibration strength: alpha · bias is subtracted'),
    mean_bias: z.number().describe('Mean bias over the fitted samples'),
    knots: z.array(z.number()).min(1).describe('Values of the characteristic, strictly ascending'),
    biases: z.array(z.number()).min(1).describe('Bias at each knot; linear in between'),
    standard_errors: z
      .array(z.number().min(0))
      .optional()
      .describe('Standard error of the bias at each knot, in units of reward'),
    beyond: z
      .enum(['hold', 'line'])
      .optional()
      .describe('Beyond the knots: the end value (by default), or the last line continued'),
  })
  .superRefine((curve, context) =>
    biasCurveRules(curve, (path, message) => context.addIssue({ code: 'custom', path, message })),
  );

/** Adds what is wrong: its place, and the rule. */
export type Report = (path: (string | number)[], message: string) => void;

/** The numbers of a curve that belong together. */
interface CurveNumbers {
  readonly knots: readonly number[];
  readonly biases: readonly number[];
  readonly standard_errors?: readonly number[] | undefined;
  readonly beyond?: 'hold' | 'line' | undefined;
}

/** The rules of one curve beyond its structure. */
function biasCurveRules(curve: CurveNumbers, report: Report): void {
  for (const column of ['biases', 'standard_errors'] as const) {
    if ((curve[column]?.length ?? curve.knots.length) !== curve.knots.length)
      report([column], 'must be as long as "knots"');
  }
  if (curve.beyond === 'line' && curve.knots.length < 2) report(['knots'], 'a line needs two');
  const disorder = firstDisorder(curve.knots);
  if (disorder > 0) report(['knots', disorder], 'must be above the knot before');
}

const regression = z.strictObject({
  name: z.string().min(1).max(64).describe('The characteristic'),
  frac: z.number().gt(0).max(1).describe('The frac that was used'),
  frac_losses: z
    .array(z.strictObject({ frac: z.number().gt(0).max(1), loss: z.number().min(0) }))
    .optional()
    .describe('Where frac was chosen: mean |reward − prediction by the other samples| of every candidate'),
  effective_degrees_of_freedom: z
    .number()
    .describe('Trace of the smoother: 2 for a straight line, more the more the curve bends'),
  standard_error: z
    .strictObject({ mean: z.number().min(0), largest: z.number().min(0) })
    .describe(
      'Standard error of the bias, in units of reward: mean over the samples, and the largest of all',
    ),
  back_fitting: z
    .strictObject({ passes: z.int().min(1), settled: z.boolean() })
    .optional()
    .describe(
      '`lwr-within`: how often the curve and the levels of the prompts were fitted in turn, and whether they came to rest',
    ),
});

/** A characteristic may have two curves: the penalty, and what LWR finds behind it. */
const MAX_CURVES = 2 * MAX_CHARACTERISTICS;

/** The schema that is written. 2 adds `joint_counts`. */
export const DOCUMENT_SCHEMA_VERSION = 2;

const schemaVersion = z
  .literal([1, DOCUMENT_SCHEMA_VERSION], {
    error: ({ input }) =>
      Number.isInteger(input) && Number(input) > DOCUMENT_SCHEMA_VERSION
        ? `is ${input}, of a newer service: the newest that this one reads is ${DOCUMENT_SCHEMA_VERSION}`
        : `must be 1 or ${DOCUMENT_SCHEMA_VERSION}`,
  })
  .describe(`${DOCUMENT_SCHEMA_VERSION} is written; 1, without \`joint_counts\`, is still read`);

/**
 * The stored form of a curve: a self-contained JSON document. `schema_version` changes when an older
 * service could no longer read it. Numbers are JSON's shortest round-trip doubles, so an imported curve
 * calibrates bit for bit like the original.
 */
export const curveDocument = z
  .strictObject({
    schema_version: schemaVersion,
    reward_model: rewardModelName,
    version: z
      .int()
      .min(1)
      .optional()
      .describe('The version at the exporting service; an import gets a new one'),
    fitted_at: z.iso.datetime(),
    estimator: z.enum(ESTIMATORS),
    frac: fracSetting.describe('As asked for; what `auto` chose is in the diagnostics'),
    iterations: iterationsSetting.describe('As asked for; what `auto` chose is in the diagnostics'),
    penalty: penaltySetting.optional(),
    ratio: ratioSetting.optional(),
    min_samples: minSamplesSetting.optional(),
    samples: z.int().min(1),
    characteristics: z.array(biasCurve).min(1).max(MAX_CURVES),
    reward_scale: z
      .strictObject({ mean: z.number(), scale: z.number().min(0) })
      .optional()
      .describe(
        'Of the calibrated rewards of the fitted samples, where known: mean, and median |deviation| ÷ 0.6745',
      ),
    joint_counts: jointCountsField.optional(),
    diagnostics: z.strictObject({
      spearman: correlations,
      pearson: correlations,
      residual_scale: z.number().min(0),
      robust_weight_removed: z.number().min(0).max(1),
      fit_seconds: z.number().min(0),
      iterations: z.int().min(0).optional().describe('That were used'),
      warnings: z.array(warning).max(32).optional().describe('What to look at before trusting the curve'),
      characteristics: z
        .array(regression)
        .max(MAX_CHARACTERISTICS)
        .optional()
        .describe('One for each characteristic'),
    }),
  })
  .superRefine((document, context) =>
    sumRule(document, (path, message) => context.addIssue({ code: 'custom', path, message })),
  );

function sumRule({ samples, joint_counts: counts }: Counted, report: Report): void {
  if (counts !== undefined && sumOfCounts(counts) !== samples)
    report(['joint_counts', 'counts'], 'must add up to "samples"');
}

/** Samples, and how many lie where. */
interface Counted {
  readonly samples: number;
  readonly joint_counts?: z.infer<typeof jointCountsField> | undefined;
}

/** All rules of a document that its JSON Schema does not have; paths are those of its parts. */
export function documentRules(document: CurveDocument, report: Report): void {
  for (const message of brokenNameRules(document.reward_model)) report(['reward_model'], message);
  for (const curve of document.characteristics) biasCurveRules(curve, report);
  if (document.joint_counts !== undefined) jointCountsRules(document.joint_counts, report);
  sumRule(document, report);
}

/** UTF-8 bytes of a curve as it is stored: more are neither written nor read. */
export const MAX_DOCUMENT_BYTES = 64 * 2 ** 20;

export type CurveDocument = z.infer<typeof curveDocument>;
