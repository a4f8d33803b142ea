import { useState } from 'preact/hooks';
import type { CurveSummary } from '../api-types.js';
import { Field } from '../parts/field.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import type { OnTried } from './try-result.js';

/** What OpenRLHF's contract answers, of one text. */
interface SidecarAnswer {
  readonly rewards: readonly (number | null)[];
  readonly extra_logs: {
    readonly raw_reward: readonly (number | null)[];
    readonly bias: readonly (number | null)[];
    readonly length: readonly number[];
  };
}

/** A text as a trainer sends it: the sidecar finds the response in it, and asks the reward model's server. */
export function TryTemplated({
  upstream,
  curve: { characteristics },
  onTried,
}: {
  upstream: string;
  curve: CurveSummary;
  onTried: OnTried;
}) {
  const api = useApi();
  const [text, setText] = useState('');
  const [prompt, setPrompt] = useState('');
  const { run, isRunning, error } = useAction(async () => {
    const answer = await api.send(`sidecar/${encodeURIComponent(upstream)}/get_reward`, {
      method: 'POST',
      json: { query: [text], ...(prompt === '' ? {} : { prompts: [prompt] }) },
    });
    const rule = answer.headers.get('x-response-rule') ?? undefined;
    const { rewards, extra_logs: logs }: SidecarAnswer = await answer.json();
    const [raw = null] = logs.raw_reward;
    const [calibrated = null] = rewards;
    if (raw === null || calibrated === null) throw new Error('the server gave no reward for this text');
    const length = logs.length[0];
    const isOnPlot = characteristics[0]?.name === 'chars' && length !== undefined;
    const bias = logs.bias[0] ?? 0;
    const tried = { raw, bias, calibrated, length, isExtrapolated: undefined, isOnPlot, rule };
    onTried(tried, isOnPlot ? { x: length, reward: raw } : undefined);
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <Field
        label="Text, as the trainer sends it"
        hint="The whole conversation with its chat template. The reward model’s server scores it, and the sidecar counts it like any other sample."
      >
        {(control) => (
          <textarea {...control} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        )}
      </Field>
      <Field label="Prompt (optional)" hint="Where the trainer sends it: the response is what follows it.">
        {(control) => (
          <textarea
            {...control}
            value={prompt}
            onInput={({ currentTarget }) => setPrompt(currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="primary" disabled={isRunning || text === ''}>
        {isRunning ? 'Scoring …' : 'Score and calibrate'}
      </button>
      <Problem error={error} />
    </form>
  );
}
