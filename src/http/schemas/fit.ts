import { z } from 'zod';
import { DEFAULT_ALPHA, DEFAULT_FIT_SETTINGS, ESTIMATORS, type FitSettings } from '../../calibration/fit.js';
import { MAX_CHARACTERISTICS } from '../../calibration/samples.js';
import { fracSetting } from '../../curves/curve-document.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { fitExamples, refitExamples } from './examples.js';
import { gated, type RuleIssue } from './gate.js';
import { numeric, repeated } from './query.js';
import {
  characteristicName,
  rewardModelField,
  rewardModelRules,
  samplesFields,
  samplesRules,
} from './samples.js';

/** A smoother with more reweightings than this has long converged (R and statsmodels default to 3). */
const MAX_ITERATIONS = 20;

const MEANINGS = {
  estimator: '`lwr`: robust LOWESS of reward on characteristic (RC-LWR)',
  frac: 'Share of samples in each local regression; 0.5 by default. `auto` chooses it by leave-one-out cross-validation',
  iterations: 'Robustifying iterations; 3 by default',
};

const estimator = z.enum(ESTIMATORS);
const iterations = z.int().min(0).max(MAX_ITERATIONS);

const settingsFields = {
  estimator: estimator.optional().describe(MEANINGS.estimator),
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
  frac: fracSetting.optional().describe(MEANINGS.frac),
  iterations: iterations.optional().describe(MEANINGS.iterations),
};

const refitFields = z.strictObject({ reward_model: rewardModelField, ...settingsFields });

export const refitBody = gated(refitFields, settingsRules, { id: 'RefitRequest', examples: refitExamples });

export const fitBody = gated(
  refitFields.extend(samplesFields),
  (body) => [...settingsRules(body), ...samplesRules(body)],
  { id: 'FitRequest', examples: fitExamples },
);

/** `NAME` or `NAME:ALPHA`: a characteristic in the query string. No name holds a colon. */
const characteristicText = z.string().transform((text): { name: string; alpha?: string | undefined } => {
  const [name = '', ...alpha] = text.split(':');
  return alpha.length === 0 ? { name } : { name, alpha: alpha.join(':') };
});

/** The same parameters in the query string, for the formats whose body holds samples alone. */
export const fitQuery = z
  .strictObject({
    reward_model: rewardModelName.optional(),
    estimator: estimator.optional().describe(MEANINGS.estimator),
    characteristics: repeated(
      characteristicText.pipe(z.strictObject({ name: characteristicName, alpha: numeric.optional() })),
    )
      .optional()
      .describe('`NAME` or `NAME:ALPHA`, repeated; removed one after another; by default `chars`'),
    frac: z
      .union([z.literal('auto'), numeric])
      .pipe(fracSetting)
      .optional()
      .describe(MEANINGS.frac),
    iterations: numeric.pipe(iterations).optional().describe(MEANINGS.iterations),
  })
  .superRefine((query, context) => {
    for (const issue of characteristicRules(query)) context.addIssue({ code: 'custom', ...issue });
  });

export type FitQuery = z.output<typeof fitQuery>;

type SettingsBody = Omit<z.output<typeof refitFields>, 'reward_model'>;

function settingsRules(body: z.output<typeof refitFields>): RuleIssue[] {
  return [...rewardModelRules(body), ...characteristicRules(body)];
}

function characteristicRules({ characteristics = [] }: SettingsBody): RuleIssue[] {
  if (characteristics.length > MAX_CHARACTERISTICS)
    return [{ path: ['characteristics'], message: `at most ${MAX_CHARACTERISTICS}` }];
  const different = new Set(characteristics.map(({ name }) => name)).size;
  return different < characteristics.length
    ? [{ path: ['characteristics'], message: 'names must differ' }]
    : [];
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
