import { Field } from '../parts/field.js';
import { type checkForm, ESTIMATORS, type FitForm, isLocal } from './settings.js';

/** The reward model's name, and how to fit. */
export function SettingsForm({
  form,
  wrong,
  isTried,
  onChange,
}: {
  form: FitForm;
  wrong: ReturnType<typeof checkForm>;
  /** A missing name is wrong only once somebody tried to fit. */
  isTried: boolean;
  onChange: (form: FitForm) => void;
}) {
  const text = (field: keyof FitForm) => ({
    type: 'text' as const,
    value: form[field],
    spellcheck: false,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      onChange({ ...form, [field]: currentTarget.value }),
  });
  const local = isLocal(form.estimator);
  return (
    <>
      <Field
        label="Reward model"
        hint="Its name, such as org/reward-model. A name that has a curve gets a new version, which is current at once."
        error={isTried ? wrong.rewardModel : undefined}
      >
        {(control) => <input {...control} {...text('rewardModel')} maxLength={200} autocomplete="off" />}
      </Field>
      <details>
        <summary>How to fit</summary>
        <Field label="Method">
          {(control) => (
            <select
              {...control}
              value={form.estimator}
              onChange={({ currentTarget }) => onChange({ ...form, estimator: currentTarget.value })}
            >
              {ESTIMATORS.map(([name, words]) => (
                <option key={name} value={name}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        {local && (
          <>
            <Field
              label="Share of the samples in each local fit (frac)"
              hint="Smaller follows the data more closely and takes in more noise. “auto” chooses by cross-validation."
              error={wrong.frac}
            >
              {(control) => <input {...control} {...text('frac')} />}
            </Field>
            <Field
              label="Rounds that play outliers down (iterations)"
              hint="0 plays none down. “auto” chooses 0 or 3."
              error={wrong.iterations}
            >
              {(control) => <input {...control} {...text('iterations')} />}
            </Field>
          </>
        )}
        <Field
          label="Strength (alpha)"
          hint="How much of the bias calibration takes off: 1 all, 0.5 half, 0 nothing. “auto” brings the rank correlation nearest to 0."
          error={wrong.alpha}
        >
          {(control) => <input {...control} {...text('alpha')} />}
        </Field>
      </details>
    </>
  );
}
