import { z } from 'zod';
import type { CalibratingFit } from '../../service/fit-request.js';
import { jsonWithLists } from '../bodies/json-lists.js';
import { fitSeconds, fittedFields, toFitted } from '../curves/schema.js';
import { fitCalibrateExamples } from '../schemas/examples.js';
import { gated, refinement } from '../schemas/gate.js';
import { samplesFields, samplesRules } from '../schemas/samples-schema.js';
import { settingsFields, settingsQuery, settingsRules } from '../schemas/settings-schema.js';

export const fitCalibrateBody = gated(
  z.strictObject({ ...settingsFields, ...samplesFields }),
  (body, found) => {
    settingsRules(body, found);
    samplesRules(body, found);
  },
  { id: 'FitCalibrateRequest', examples: fitCalibrateExamples },
);

/** The same parameters in the query string, for the formats whose body holds samples alone. */
export const fitCalibrateQuery = z.strictObject(settingsQuery).superRefine(refinement(settingsRules));

export type FitCalibrateQuery = z.output<typeof fitCalibrateQuery>;

export const fitCalibrateAnswer = z
  .object({
    ...fittedFields,
    diagnostics: fittedFields.diagnostics.extend({ seconds: fitSeconds }),
    rewards: z.array(z.number()).describe('Calibrated rewards, in the order of the samples'),
    biases: z.array(z.number()).describe('What was subtracted from each raw reward'),
    extrapolated: z.array(z.int()).describe('Samples outside the range that could be fitted'),
  })
  .meta({
    id: 'FitCalibrateAnswer',
    description: 'The calibrated rewards in the order of the samples, and the fit, which is not kept',
  });

/** The answer to a fit that is not kept, as text in pieces. */
export function fitCalibrateText({ calibration, ...fitted }: CalibratingFit): Generator<string> {
  const { rewards, biases, extrapolated } = calibration;
  const answer = toFitted(fitted);
  const diagnostics = { ...answer.diagnostics, seconds: fitted.seconds };
  return jsonWithLists({ ...answer, diagnostics }, { rewards, biases, extrapolated });
}
