import { useState } from 'preact/hooks';
import { formatNumber } from '../../chart/number-words.js';
import type { Audit, CurveSummary } from '../api-types.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { linkToModel } from '../place.js';
import type { Subject } from './find-pairs.js';
import { isFirstLook } from './verdict-words.js';

/** Attaches a verdict to its version, and makes a version of its strength the current one. */
export function UseVerdict({ subject, audit }: { subject: Subject; audit: Audit }) {
  const api = useApi();
  const { name, version } = subject;
  const [attached, setAttached] = useState(false);
  const [current, setCurrent] = useState<number>();
  const query = { reward_model: name, version };
  const attach = useAction(async () => {
    await api.request<CurveSummary>('v1/curves/audit', { method: 'PUT', query, json: audit });
    setAttached(true);
  });
  const strengthen = useAction(async () => {
    const json = { ...query, alpha: audit.alpha };
    const made = await api.request<CurveSummary>('v1/curves/strength', { method: 'POST', json });
    setCurrent(made.version);
  });
  const alpha = formatNumber(audit.alpha);
  return (
    <>
      <h3>Use it</h3>
      <p>
        Attach the verdict: it is shown with this curve, and exports carry it. After that you can make a
        version with α = {alpha}, which keeps it and is current at once.
      </p>
      <div class="buttons">
        <button
          type="button"
          class={attached || isFirstLook(audit) ? undefined : 'primary'}
          aria-disabled={attached}
          onClick={() => {
            if (!attached) attach.run();
          }}
        >
          {attached ? `Attached to version ${version}` : `Attach to version ${version}`}
        </button>
        {attached && (
          <button
            type="button"
            aria-disabled={current !== undefined}
            onClick={() => {
              if (current === undefined) strengthen.run();
            }}
          >
            Use α = {alpha}
          </button>
        )}
      </div>
      <p role="status">
        {current !== undefined && `Version ${current}, with α = ${alpha}, calibrates from now on. `}
        {(attached || current !== undefined) && <a href={linkToModel(name)}>See the curve</a>}
      </p>
      <Problem error={attach.error} />
      <Problem error={strengthen.error} />
      <p class="hint">α is how much of the bias calibration takes off: 1 all, 0.5 half, 0 nothing.</p>
    </>
  );
}
