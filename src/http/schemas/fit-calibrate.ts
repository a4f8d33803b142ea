import { z } from 'zod';
import { ESTIMATORS } from '../../calibration/fit-settings.js';
import {
  curveDocument,
  settingsFields as shownSettings,
  toDiagnostics,
} from '../../curves/curve-document.js';
import type { WorkerTasks } from '../worker-tasks.js';
import { pickSettings, removedCharacteristic, toRemoved } from './curves.js';
import { fitCalibrateExamples } from './examples.js';
import { gated } from './gate.js';
import { samplesFields, samplesRules } from './samples.js';
import { settingsFields, settingsQuery, settingsRules } from './settings.js';

export const fitCalibrateBody = gated(
  z.strictObject({ ...settingsFields, ...samplesFields }),
  (body) => [...settingsRules(body), ...samplesRules(body)],
  { id: 'FitCalibrateRequest', examples: fitCalibrateExamples },
);

/** The same parameters in the query string, for the formats whose body holds samples alone. */
export const fitCalibrateQuery = z.strictObject(settingsQuery).superRefine((query, context) => {
  for (const issue of settingsRules(query)) context.addIssue({ code: 'custom', ...issue });
});

export type FitCalibrateQuery = z.output<typeof fitCalibrateQuery>;

export const fitCalibrateAnswer = z
  .object({
    estimator: z.enum(ESTIMATORS),
    ...pickSettings,
    characteristics: z.array(removedCharacteristic),
    samples: z.int(),
    rewards: z.array(z.number()).describe('Calibrated rewards, in the order of the samples'),
    biases: z.array(z.number()).describe('What was subtracted from each raw reward'),
    extrapolated: z.array(z.int()).describe('Samples outside the range that could be fitted'),
    diagnostics: curveDocument.shape.diagnostics,
  })
  .meta({ id: 'FitCalibrateAnswer' });

/** The answer to a fit that is not kept. */
export function toFitCalibrateAnswer({
  settings,
  count,
  fit,
  seconds,
  calibration,
}: WorkerTasks['fitCalibrate']['result']): z.infer<typeof fitCalibrateAnswer> {
  return {
    ...shownSettings(settings),
    characteristics: fit.curves.map(toRemoved),
    samples: count,
    rewards: calibration.rewards,
    biases: calibration.biases,
    extrapolated: calibration.extrapolated,
    diagnostics: toDiagnostics({ ...fit.diagnostics, fitSeconds: seconds }),
  };
}
