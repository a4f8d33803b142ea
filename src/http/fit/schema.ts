import { z } from 'zod';
import type { Violations } from '../../calibration/violations.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { fitExamples, refitExamples } from '../schemas/examples.js';
import { gated, refinement } from '../schemas/gate.js';
import {
  rewardModelField,
  rewardModelRules,
  samplesFields,
  samplesRules,
} from '../schemas/samples-schema.js';
import { settingsFields, settingsQuery, settingsRules } from '../schemas/settings-schema.js';

const refitFields = z.strictObject({ reward_model: rewardModelField, ...settingsFields });

export const refitBody = gated(refitFields, refitRules, { id: 'RefitRequest', examples: refitExamples });

export const fitBody = gated(
  refitFields.extend(samplesFields),
  (body, found) => {
    refitRules(body, found);
    samplesRules(body, found);
  },
  { id: 'FitRequest', examples: fitExamples },
);

function refitRules(body: z.output<typeof refitFields>, found: Violations): void {
  rewardModelRules(body, found);
  settingsRules(body, found);
}

/** The same parameters in the query string, for the formats whose body holds samples alone. */
export const fitQuery = z
  .strictObject({ reward_model: rewardModelName.optional(), ...settingsQuery })
  .superRefine(refinement(settingsRules));

export type FitQuery = z.output<typeof fitQuery>;
