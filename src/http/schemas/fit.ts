import { z } from 'zod';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { fitExamples, refitExamples } from './examples.js';
import { gated, type RuleIssue } from './gate.js';
import { rewardModelField, rewardModelRules, samplesFields, samplesRules } from './samples.js';
import { settingsFields, settingsQuery, settingsRules } from './settings.js';

const refitFields = z.strictObject({ reward_model: rewardModelField, ...settingsFields });

export const refitBody = gated(refitFields, refitRules, { id: 'RefitRequest', examples: refitExamples });

export const fitBody = gated(
  refitFields.extend(samplesFields),
  (body) => [...refitRules(body), ...samplesRules(body)],
  { id: 'FitRequest', examples: fitExamples },
);

function refitRules(body: z.output<typeof refitFields>): RuleIssue[] {
  return [...rewardModelRules(body), ...settingsRules(body)];
}

/** The same parameters in the query string, for the formats whose body holds samples alone. */
export const fitQuery = z
  .strictObject({ reward_model: rewardModelName.optional(), ...settingsQuery })
  .superRefine((query, context) => {
    for (const issue of settingsRules(query)) context.addIssue({ code: 'custom', ...issue });
  });

export type FitQuery = z.output<typeof fitQuery>;
