import { z } from 'zod';
import { jsonWithLists } from '../formats/json-lists.js';
import type { WorkerTasks } from '../worker-tasks.js';
import { fittedFields, toFitted } from './curves.js';
import { fitCalibrateExamples } from './examples.js';
import { gated, refinement } from './gate.js';
import { samplesFields, samplesRules } from './samples.js';
import { settingsFields, settingsQuery, settingsRules } from './settings.js';

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
    rewards: z.array(z.number()).describe('Calibrated rewards, in the order of the samples'),
    biases: z.array(z.number()).describe('What was subtracted from each raw reward'),
    extrapolated: z.array(z.int()).describe('Samples outside the range that could be fitted'),
  })
  .meta({ id: 'FitCalibrateAnswer' });

/** The answer to a fit that is not kept, as the text of it, in pieces. */
export function fitCalibrateText({
  calibration,
  ...fitted
}: WorkerTasks['fitCalibrate']['result']): Generator<string> {
  const { rewards, biases, extrapolated } = calibration;
  return jsonWithLists(toFitted(fitted), { rewards, biases, extrapolated });
}
