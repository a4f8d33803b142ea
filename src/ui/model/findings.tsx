import { capitalized } from '../../chart/capitalized.js';
import type { CurveSummary } from '../api-types.js';
import { TableBox } from '../parts/table-box.js';
import { warningWords } from '../parts/words.js';
import { findingsOf } from './diagnostics-words.js';

/** What a version's numbers say, in words; the numbers themselves are folded away below. */
export function Findings({ curve }: { curve: CurveSummary }) {
  const warnings = curve.diagnostics.warnings ?? [];
  return (
    <section>
      <h2>What its numbers say</h2>
      {warnings.length > 0 && (
        <ul class="warnings" aria-label="Warnings">
          {warnings.map(({ code, message }) => (
            <li key={code}>
              <h3>
                <span class="warning-mark" aria-hidden="true">
                  ⚠
                </span>{' '}
                {warningWords({ code })}
              </h3>
              <p>{capitalized(message)}</p>
            </li>
          ))}
        </ul>
      )}
      {warnings.length === 0 && (
        <p>No warnings. They look at the samples, not at what people prefer: that takes labels.</p>
      )}
      <dl class="findings">
        {findingsOf(curve).map(({ title, text }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>The numbers themselves</summary>
        <TableBox label="Diagnostics as JSON">
          <pre>{JSON.stringify(rawNumbers(curve), null, 2)}</pre>
        </TableBox>
      </details>
    </section>
  );
}

function rawNumbers({ estimator, frac, iterations, samples, characteristics, diagnostics }: CurveSummary) {
  const { warnings: _, ...numbers } = diagnostics;
  return { estimator, frac, iterations, samples, characteristics, diagnostics: numbers };
}
