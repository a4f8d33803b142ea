import { z } from 'zod';
import { DEFAULT_ALPHA, DEFAULT_FIT_SETTINGS, ESTIMATORS, type FitSettings } from '../../calibration/fit.js';
import { MAX_CHARACTERISTICS } from '../../calibration/samples.js';
import { fracSetting } from '../../curves/curve-document.js';
import { fitExamples, refitExamples } from './examples.js';
import { gated, type RuleIssue } from './gate.js';
import {
  characteristicName,
  rewardModelField,
  rewardModelRules,
  samplesFields,
  samplesRules,
} from './samples.js';

/** A smoother with more reweightings than this has long converged (R and statsmodels default to 3). */
const MAX_ITERATIONS = 20;

const settingsFields = {
  estimator: z
    .enum(ESTIMATORS)
    .optional()
    .describe('`lwr`: robust LOWESS of reward on characteristic (RC-LWR)'),
  characteristics: z
    .array(
      z.strictObject({
        name: characteristicName,
        alpha: z
          .number()
          .optional()
          .describe('Calibration strength, 1 by default: alpha · bias is subtracted'),
      }),
    )
    .min(1)
    .max(MAX_CHARACTERISTICS)
    .optional()
    .describe('Removed one after another; by default `chars`'),
  frac: fracSetting
    .optional()
    .describe(
      'Share of samples in each local regression; 0.5 by default. `auto` chooses it by leave-one-out cross-validation',
    ),
  iterations: z.int().min(0).max(MAX_ITERATIONS).optional().describe('Robustifying iterations; 3 by default'),
};

const refitFields = z.strictObject({ reward_model: rewardModelField, ...settingsFields });

export const refitBody = gated(refitFields, settingsRules, { id: 'RefitRequest', examples: refitExamples });

export const fitBody = gated(
  refitFields.extend(samplesFields),
  (body) => [...settingsRules(body), ...samplesRules(body)],
  { id: 'FitRequest', examples: fitExamples },
);

type SettingsBody = z.output<typeof refitFields>;

function settingsRules(body: SettingsBody): RuleIssue[] {
  const { characteristics = [] } = body;
  const different = new Set(characteristics.map(({ name }) => name)).size;
  const repeated = { path: ['characteristics'], message: 'names must differ' };
  return [...rewardModelRules(body), ...(different < characteristics.length ? [repeated] : [])];
}

/** The settings of a request; what it leaves out is taken from `defaults`. */
export function readSettings(body: SettingsBody, defaults: FitSettings = DEFAULT_FIT_SETTINGS): FitSettings {
  return {
    estimator: body.estimator ?? defaults.estimator,
    characteristics:
      body.characteristics?.map(({ name, alpha = DEFAULT_ALPHA }) => ({ name, alpha })) ??
      defaults.characteristics,
    frac: body.frac ?? defaults.frac,
    iterations: body.iterations ?? defaults.iterations,
  };
}
