import { z } from 'zod';
import {
  DEFAULT_ALPHA,
  DEFAULT_FIT_SETTINGS,
  ESTIMATORS,
  type FitSettings,
} from '../../calibration/fit/fit-settings.js';
import { MAX_CHARACTERISTICS } from '../../calibration/samples/samples.js';
import type { Violations } from '../../calibration/violations.js';
import { characteristicName } from '../../curves/characteristic-name.js';
import {
  fracSetting,
  iterationsSetting,
  minSamplesSetting,
  penaltySetting,
  ratioSetting,
} from '../../curves/document-settings.js';
import { bodyQuery, numericOrAuto, queryOf, repeated } from './query.js';
import { rewardModelRules } from './samples-schema.js';

const MEANINGS = {
  estimator:
    '`lwr` (default): robust LOWESS of reward on characteristic (RC-LWR); `mean`: mean reward of the samples within reach (RC-Mean); `penalty`: a straight line; `lwr-penalty`: the line, then LWR on what is left; `lwr-within`: LWR on differences between the samples of one prompt',
  frac: 'LWR: share of samples in each local regression; 0.5 by default. `auto` chooses it by leave-one-out cross-validation',
  iterations:
    'LWR: robustifying iterations; 3 by default. `auto` chooses between 0 and 3 by the rank correlation that is left on samples that a fit had not seen (`cross_fitted`)',
  penalty: 'Penalty: reward per unit of the characteristic; 0.001 by default',
  ratio: 'Mean: a window reaches mean |c₁ − c₂| over pairs ÷ ratio to either side; 4 by default',
  min_samples: 'Mean: windows with fewer samples say nothing; 20 by default',
};

const estimator = z.enum(ESTIMATORS);
const alpha = z.union([z.number(), z.literal('auto')], { error: 'must be a number, or "auto"' });

const removed = z.strictObject({
  name: characteristicName,
  alpha: alpha
    .optional()
    .describe(
      'Calibration strength, 1 by default: alpha · bias is subtracted. `auto` chooses the one that brings the rank correlation nearest to 0, or, where pairs are labelled, 1, 0.5 or 0 by the verdict of the labels',
    ),
});

/** A characteristic as settings name it. */
type Named = string | z.output<typeof removed>;

function toRemoved(named: Named): z.output<typeof removed> {
  return typeof named === 'string' ? { name: named } : named;
}

/** What to fit, as fields of a request body. */
export const settingsFields = {
  estimator: estimator.optional().describe(MEANINGS.estimator),
  characteristics: z
    .array(z.union([characteristicName, removed], { error: 'must be a name, or an object with "name"' }))
    .min(1)
    .max(MAX_CHARACTERISTICS)
    .optional()
    .describe('Removed one after another; by default `chars`. A name alone is `{"name": …}`'),
  frac: fracSetting.optional().describe(MEANINGS.frac),
  iterations: iterationsSetting.optional().describe(MEANINGS.iterations),
  penalty: penaltySetting.optional().describe(MEANINGS.penalty),
  ratio: ratioSetting.optional().describe(MEANINGS.ratio),
  min_samples: minSamplesSetting.optional().describe(MEANINGS.min_samples),
};

const settings = z.strictObject(settingsFields);

/** The fields of a body that has {@link settingsFields}. */
export type SettingsBody = z.output<typeof settings>;

/** `NAME` or `NAME:ALPHA`: a characteristic in the query string. No name holds a colon. */
const characteristicText = z.string().transform((text): { name: string; alpha?: string | undefined } => {
  const [name = '', ...rest] = text.split(':');
  return rest.length === 0 ? { name } : { name, alpha: rest.join(':') };
});

/** The same parameters in the query string, for the formats whose body holds samples alone. */
export const settingsQuery = {
  ...bodyQuery,
  ...queryOf(settingsFields),
  characteristics: repeated(
    characteristicText.pipe(
      z.strictObject({ name: characteristicName, alpha: numericOrAuto.pipe(alpha).optional() }),
    ),
  )
    .optional()
    .describe('`NAME` or `NAME:ALPHA`, repeated; removed one after another; by default `chars`'),
};

/** Checks a body that may name a curve, instead of settings for a fit. */
export function curveRules(
  body: SettingsBody & { reward_model?: string | undefined; version?: number | undefined },
  found: Violations,
): void {
  const { reward_model, version } = body;
  if (reward_model === undefined) {
    if (version !== undefined) found.add(['reward_model'], 'is needed with "version"');
    return;
  }
  rewardModelRules({ reward_model }, found);
  for (const name in settingsFields) {
    if (body[name as keyof SettingsBody] !== undefined)
      found.add([name], 'belongs to a fit: the curve of "reward_model" has its own');
  }
}

/** Checks settings of a calibration that is judged at full strength. */
export function fullStrengthRules({ characteristics = [] }: SettingsBody, found: Violations): void {
  for (const [i, named] of characteristics.entries()) {
    const { alpha: strength = DEFAULT_ALPHA } = toRemoved(named);
    if (strength !== DEFAULT_ALPHA)
      found.add(
        ['characteristics', i, 'alpha'],
        `calibration is judged at full strength: leave alpha out, or ${DEFAULT_ALPHA}`,
      );
  }
}

/** Checks settings beyond their structure. */
export function settingsRules({ characteristics = [] }: SettingsBody, found: Violations): void {
  const different = new Set(characteristics.map((named) => toRemoved(named).name)).size;
  if (characteristics.length > MAX_CHARACTERISTICS)
    found.add(['characteristics'], `at most ${MAX_CHARACTERISTICS}`);
  else if (different < characteristics.length) found.add(['characteristics'], 'names must differ');
}

/** The settings of a request; `defaults` fill the missing ones. */
export function readSettings(body: SettingsBody, defaults: FitSettings = DEFAULT_FIT_SETTINGS): FitSettings {
  return {
    estimator: body.estimator ?? defaults.estimator,
    characteristics:
      body.characteristics
        ?.map(toRemoved)
        .map(({ name, alpha: strength = DEFAULT_ALPHA }) => ({ name, alpha: strength })) ??
      defaults.characteristics,
    frac: body.frac ?? defaults.frac,
    iterations: body.iterations ?? defaults.iterations,
    penalty: body.penalty ?? defaults.penalty,
    ratio: body.ratio ?? defaults.ratio,
    minSamples: body.min_samples ?? defaults.minSamples,
  };
}
