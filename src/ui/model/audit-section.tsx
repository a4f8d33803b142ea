import { capitalized } from '../../chart/capitalized.js';
import { formatNumber } from '../../chart/number-words.js';
import type { Audit, CurveSummary } from '../api-types.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { WarningText } from '../parts/warning-text.js';
import { auditSentence, auditWords, earlierAuditSentence } from '../parts/words.js';
import { linkToLabels } from '../place.js';

/** Whether calibration is a gain: what labels say and advise, or how to ask for some. */
export function AuditSection({
  curve,
  versions,
  onChange,
}: {
  curve: CurveSummary;
  /** All that are kept. */
  versions: readonly CurveSummary[];
  onChange: () => void;
}) {
  const { reward_model: name, version, audit } = curve;
  const { words } = auditWords(audit);
  const earlier = earlierAuditSentence(curve, versions);
  return (
    <section>
      <h2>Is it a gain?</h2>
      <p>
        <strong>{capitalized(words)}.</strong> {earlier ?? auditSentence(audit)}
      </p>
      {audit !== null && audit.warnings.length > 0 && (
        <ul>
          {audit.warnings.map((warning) => (
            <li key={warning.code}>
              <WarningText warning={warning} />
            </li>
          ))}
        </ul>
      )}
      <p>
        {audit === null
          ? 'Twenty labels tell most: of pairs whose order the calibration turns round, you say which response is better.'
          : 'Label again when the responses have changed, as those of a policy do in training.'}
      </p>
      <div class="buttons">
        {audit !== null && <UseAdvice curve={curve} audit={audit} onChange={onChange} />}
        <a class="button" href={linkToLabels(name, version)}>
          {audit === null ? 'Label twenty pairs' : 'Label again'}
        </a>
      </div>
    </section>
  );
}

/** Makes a version with the strength that the labels advise, where it has another. */
function UseAdvice({ curve, audit, onChange }: { curve: CurveSummary; audit: Audit; onChange: () => void }) {
  const api = useApi();
  const { reward_model, characteristics } = curve;
  const { alpha } = audit;
  const { run, isRunning, error } = useAction(() =>
    api.request('v1/curves/strength', { method: 'POST', json: { reward_model, alpha } }).then(onChange),
  );
  if (characteristics.every((one) => one.alpha === alpha)) return null;
  return (
    <>
      <button type="button" class="primary" disabled={isRunning} onClick={() => run()}>
        Make a version with the advised α = {formatNumber(alpha)}
      </button>
      <Problem error={error} />
    </>
  );
}
