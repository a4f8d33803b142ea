import { useState } from 'preact/hooks';
import type { CalibrateAnswer, CurveSummary } from '../api-types.js';
import { Field } from '../parts/field.js';
import { countCodePoints, isMeasured } from '../parts/measured.js';
import { Problem } from '../parts/problem.js';
import { readTyped } from '../parts/typed-number.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { characteristicWords } from '../parts/words.js';
import type { OnTried } from './try-result.js';

/** A response (or the numbers of one) and its raw reward. */
export function TryResponse({
  curve: { reward_model, version, characteristics },
  onTried,
}: {
  curve: CurveSummary;
  onTried: OnTried;
}) {
  const api = useApi();
  const names = [...new Set(characteristics.map(({ name }) => name))];
  const given = names.filter((name) => !isMeasured(name));
  const isText = given.length < names.length;
  const [response, setResponse] = useState('');
  const [reward, setReward] = useState('');
  const [numbers, setNumbers] = useState<Readonly<Record<string, string>>>({});
  const [isAsked, setAsked] = useState(false);
  const values = given.map((name) => [name, readTyped(numbers[name] ?? '')] as const);
  const raw = readTyped(reward);
  const { run, isRunning, error } = useAction(async (rawReward: number) => {
    const measured = Object.fromEntries(values);
    const sample = {
      reward: rawReward,
      ...(isText ? { response } : {}),
      ...(given.length > 0 ? { characteristics: measured } : {}),
    };
    const answer = await api.request<CalibrateAnswer>('v1/calibrate', {
      method: 'POST',
      json: { reward_model, version, include: ['biases'], samples: [sample] },
    });
    const length = isText ? countCodePoints(response) : undefined;
    const x = names[0] === 'chars' ? length : measured[names[0] ?? ''];
    const tried = {
      raw: rawReward,
      bias: answer.biases?.[0] ?? 0,
      calibrated: answer.rewards[0] ?? rawReward,
      length,
      isExtrapolated: answer.extrapolated.length > 0,
      isOnPlot: x !== undefined,
      rule: undefined,
    };
    onTried(tried, x === undefined ? undefined : { x, reward: rawReward });
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (raw !== undefined && values.every(([, value]) => value !== undefined)) run(raw);
      }}
    >
      {isText && (
        <Field
          label="Response"
          hint={`${countCodePoints(response).toLocaleString('en-US')} characters. It is measured and forgotten.`}
        >
          {(control) => (
            <textarea
              {...control}
              value={response}
              onInput={({ currentTarget }) => setResponse(currentTarget.value)}
            />
          )}
        </Field>
      )}
      {given.map((name) => (
        <Field
          key={name}
          label={`Its ${characteristicWords(name)}`}
          hint="The service does not measure this: the number comes with every sample."
          error={isAsked && readTyped(numbers[name] ?? '') === undefined ? 'has to be a number' : undefined}
        >
          {(control) => (
            <input
              {...control}
              type="number"
              step="any"
              value={numbers[name] ?? ''}
              onInput={({ currentTarget: { value } }) =>
                setNumbers((before) => ({ ...before, [name]: value }))
              }
            />
          )}
        </Field>
      ))}
      <Field
        label="Raw reward"
        error={
          isAsked && raw === undefined
            ? 'The reward model’s score has to be a number, such as 1.25'
            : undefined
        }
      >
        {(control) => (
          <input
            {...control}
            type="number"
            step="any"
            value={reward}
            onInput={({ currentTarget }) => setReward(currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="primary" disabled={isRunning}>
        Calibrate
      </button>
      <Problem error={error} />
    </form>
  );
}
