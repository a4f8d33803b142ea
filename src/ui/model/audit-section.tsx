import type { CurveSummary } from '../api-types.js';
import { auditSentence, auditWords, warningWords } from '../parts/words.js';
import { linkToLabels } from '../place.js';

/** Whether calibration is a gain: what labels say, or how to ask for some. */
export function AuditSection({ curve }: { curve: CurveSummary }) {
  const { reward_model: name, version, audit } = curve;
  const { words } = auditWords(audit);
  return (
    <section>
      <h2>Is it a gain?</h2>
      <p>
        <strong>{words.charAt(0).toUpperCase() + words.slice(1)}.</strong> {auditSentence(audit)}
      </p>
      {audit !== null && audit.warnings.length > 0 && (
        <ul>
          {audit.warnings.map(({ code, message }) => (
            <li key={code}>
              <strong>{warningWords({ code })}.</strong> {message}
            </li>
          ))}
        </ul>
      )}
      <p>
        Twenty labels tell most: of pairs whose order the calibration turns round, you say which response is
        better.
      </p>
      <p>
        <a class="button" href={linkToLabels(name, version)}>
          {audit === null ? 'Label twenty pairs' : 'Label again'}
        </a>
      </p>
    </section>
  );
}
