import { useState } from 'preact/hooks';
import type { CurveSummary } from '../api-types.js';
import { Field } from '../parts/field.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { alphaText } from '../parts/words.js';
import { strengthWords } from './diagnostics-words.js';

/** How much of the bias is taken off: makes a new version with another strength. */
export function Strength({
  curve,
  onChange,
}: {
  curve: CurveSummary;
  onChange: (made: CurveSummary) => void;
}) {
  const api = useApi();
  const { reward_model, characteristics, audit } = curve;
  const [text, setText] = useState(String(characteristics[0]?.alpha ?? 1));
  const alpha = text.trim() === '' ? Number.NaN : Number(text);
  const isNumber = Number.isFinite(alpha);
  const isSame = characteristics.every((one) => one.alpha === alpha);
  const { run, isRunning, error } = useAction(() =>
    api
      .request<CurveSummary>('v1/curves/strength', { method: 'POST', json: { reward_model, alpha } })
      .then(onChange),
  );
  return (
    <section>
      <h2>Strength</h2>
      <p>
        Calibrated reward = raw reward − α · bias. The current α is {alphaText(characteristics)}.{' '}
        {audit !== null && `The labels advise α = ${audit.alpha}.`}
      </p>
      <form
        class="strength"
        onSubmit={(event) => {
          event.preventDefault();
          if (isNumber && !isSame) run();
        }}
      >
        <Field
          label="Strength α"
          hint={isNumber ? strengthWords(alpha) : undefined}
          error={isNumber ? undefined : 'α has to be a number, such as 0.5'}
        >
          {(control) => (
            <span class="strength-inputs">
              <input
                type="range"
                min="0"
                max="1"
                step="0.05"
                aria-label="Strength α, from 0 to 1"
                value={isNumber ? alpha : 0}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
              />
              <input
                {...control}
                type="number"
                step="any"
                value={text}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
              />
            </span>
          )}
        </Field>
        <button type="submit" disabled={!isNumber || isSame || isRunning}>
          Make a version with this strength
        </button>
      </form>
      <p class="muted small">
        The new version is current at once and calibrates from then on; you can roll back to an earlier one
        under “Versions”. The curve stays the same. The correlation after calibration is then not known, since
        it takes samples to measure it: the new version shows a dash.
      </p>
      <Problem error={error} />
    </section>
  );
}
