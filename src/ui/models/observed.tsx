import { useState } from 'preact/hooks';
import { formatCount } from '../../chart/number-words.js';
import type { CurveList } from '../api-types.js';
import { Confirm } from '../parts/confirm.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';

/** Reward models of which samples were observed, and which have no curve yet. */
export function Observed({ observed, onFitted }: { observed: CurveList['observed']; onFitted: () => void }) {
  return (
    <section>
      <h2>Observed, without a curve</h2>
      <p class="muted">Their numbers came by; nothing is calibrated before a curve is fitted.</p>
      <ul class="rows">
        {observed.map((one) => (
          <ObservedModel key={one.reward_model} {...one} onFitted={onFitted} />
        ))}
      </ul>
    </section>
  );
}

function ObservedModel({
  reward_model: name,
  samples,
  onFitted,
}: {
  reward_model: string;
  samples: number;
  onFitted: () => void;
}) {
  const api = useApi();
  const [isForgetting, setForgetting] = useState(false);
  const fit = useAction(() =>
    api.request('v1/refit', { method: 'POST', json: { reward_model: name } }).then(onFitted),
  );
  return (
    <li>
      <strong>{name}</strong>
      <span class="muted">{formatCount(samples)} samples</span>
      <button type="button" disabled={fit.isRunning} onClick={() => fit.run()}>
        {fit.isRunning ? 'Fitting …' : 'Fit a curve to them'}
      </button>
      <button type="button" onClick={() => setForgetting(true)}>
        Forget …
      </button>
      <Problem error={fit.error} />
      {isForgetting && (
        <Confirm
          title={`Forget ${name}?`}
          action="Forget it"
          isDanger
          act={() =>
            api.request('v1/curves', { method: 'DELETE', query: { reward_model: name } }).then(onFitted)
          }
          onClose={() => setForgetting(false)}
        >
          <p>The {formatCount(samples)} samples that were observed are dropped.</p>
        </Confirm>
      )}
    </li>
  );
}
