import type { Query } from '../api.js';
import type { Samples } from './read-samples.js';

/** How to fit, as the form has it: text as typed, empty for the service's default. */
export interface FitForm {
  readonly rewardModel: string;
  readonly estimator: string;
  readonly frac: string;
  readonly iterations: string;
  readonly alpha: string;
}

/** The service's own defaults. */
export const DEFAULT_FORM: FitForm = {
  rewardModel: '',
  estimator: 'lwr',
  frac: '0.5',
  iterations: '3',
  alpha: '1',
};

/** Estimators of the service, and what each is for. */
export const ESTIMATORS: readonly (readonly [string, string])[] = [
  ['lwr', 'Robust LOWESS (the paper’s method)'],
  ['lwr-within', 'LOWESS within prompts: differences between the responses to one prompt'],
  ['lwr-penalty', 'Straight line, then LOWESS on what is left'],
  ['mean', 'Mean reward of samples of about the same length'],
  ['penalty', 'Straight line with the service’s slope'],
];

/** Whether an estimator uses frac and iterations. */
export function isLocal(estimator: string): boolean {
  return estimator.startsWith('lwr');
}

/** The fields of the form that are wrong, in words. */
export function checkForm({ rewardModel, estimator, frac, iterations, alpha }: FitForm) {
  const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));
  const within = (text: string, low: number, high: number) =>
    isNumber(text) && Number(text) >= low && Number(text) <= high;
  const isAuto = (text: string) => text.trim() === 'auto';
  const local = isLocal(estimator);
  return {
    rewardModel: rewardModel.trim() === '' ? 'A curve needs the name of its reward model.' : undefined,
    frac:
      !local || isAuto(frac) || (within(frac, 0, 1) && Number(frac) > 0)
        ? undefined
        : 'A number above 0 and at most 1, or auto.',
    iterations:
      !local || isAuto(iterations) || (within(iterations, 0, 20) && Number.isInteger(Number(iterations)))
        ? undefined
        : 'A whole number from 0 to 20, or auto.',
    alpha: isAuto(alpha) || isNumber(alpha) ? undefined : 'A number, or auto.',
  };
}

function numberOrAuto(text: string): number | 'auto' {
  return text.trim() === 'auto' ? 'auto' : Number(text);
}

function settingsOf({ estimator, frac, iterations }: FitForm) {
  return {
    estimator,
    ...(isLocal(estimator) && { frac: numberOrAuto(frac), iterations: numberOrAuto(iterations) }),
  };
}

/** The settings of a file that goes up as it is, as parameters. */
export function settingsQuery(form: FitForm, characteristic: string): Query {
  return {
    reward_model: form.rewardModel.trim(),
    ...settingsOf(form),
    characteristics: `${characteristic}:${numberOrAuto(form.alpha)}`,
  };
}

/** The body of a fit of samples that were read here. */
export function columnsBody(form: FitForm, characteristic: string, samples: Samples): Blob {
  const head = {
    reward_model: form.rewardModel.trim(),
    ...settingsOf(form),
    characteristics: [{ name: characteristic, alpha: numberOrAuto(form.alpha) }],
  };
  const column = (name: string, parts: readonly string[]) => [
    `${JSON.stringify(name)}:[`,
    ...parts.flatMap((part, i) => (i === 0 ? [part] : [',', part])),
    ']',
  ];
  const { rewards, lengths, groups } = samples;
  return new Blob([
    `${JSON.stringify(head).slice(0, -1)},"columns":{`,
    ...column('rewards', rewards),
    ',',
    ...column(characteristic, lengths),
    ...(groups === undefined ? [] : [',', ...column('groups', groups)]),
    '}}',
  ]);
}
