import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatNumber } from '../../chart/number-words.js';
import type { Audit } from '../api-types.js';
import { downloadJson, fileNameOf } from '../parts/download.js';
import { formatPercent } from '../parts/numbers.js';
import { WarningText } from '../parts/warning-text.js';
import type { Subject } from './find-pairs.js';
import { FirstLook } from './first-look.js';
import { stepBack } from './label-state.js';
import { MoreLabels } from './more-labels.js';
import { labelsFile, type Session } from './session.js';
import { UseVerdict } from './use-verdict.js';
import { chanceWords, verdictTitle } from './verdict-words.js';

/** What the labels say, and what can be done with it. */
export function VerdictView({
  subject,
  session,
  audit,
  onChange,
  children,
}: {
  subject: Subject;
  session: Session;
  audit: Audit;
  onChange: (session: Session) => void;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { verdict, probability, labels, ties, confidence, warnings } = audit;
  const { labelling, found } = session;
  const range = ([low, high]: readonly [number, number]) => `${signed(low)} to ${signed(high)} points`;
  return (
    <section class="verdict">
      <h2 ref={heading} tabIndex={-1}>
        {verdictTitle(audit)}
      </h2>
      <FirstLook audit={audit} />
      <p>{verdict.explanation}</p>
      <dl class="facts">
        <dt>Chance that the calibrated order agrees better with you</dt>
        <dd>{chanceWords(probability)}</dd>
        <dt>Expected gain in accuracy at full strength</dt>
        <dd>{signed(audit.gain)} points</dd>
        <dt>… on these pairs, with {formatPercent(confidence)} confidence</dt>
        <dd>{range(audit.interval)}</dd>
        {audit.interval_new_sample && (
          <>
            <dt>… on as many new pairs</dt>
            <dd>{range(audit.interval_new_sample)}</dd>
          </>
        )}
        <dt>Labels that count</dt>
        <dd>
          {formatNumber(labels)}
          {ties > 0 && `, and ${formatNumber(ties)} for neither response`}
        </dd>
        <dt>Pairs that calibration turns round</dt>
        <dd>
          {formatPercent(audit.share_disputed)} of {formatNumber(found.pairs)}
        </dd>
      </dl>
      {warnings.map((warning) => (
        <p class="notice" key={warning.code}>
          <WarningText warning={warning} />
        </p>
      ))}
      <UseVerdict subject={subject} audit={audit} />
      <h3>The labels</h3>
      <MoreLabels subject={subject} session={session} audit={audit} onChange={onChange} />
      <div class="buttons">
        <button
          type="button"
          onClick={() =>
            downloadJson(`${fileNameOf(subject.name)}-${subject.version}-labels.json`, labelsFile(session))
          }
        >
          Download the labels
        </button>
        <button
          type="button"
          onClick={() =>
            onChange({
              ...session,
              verdict: undefined,
              labelling: stepBack(labelling),
            })
          }
        >
          Back to the last pair
        </button>
      </div>
      <p class="hint">The download holds ids, sides and the key for POST /v1/verdict, and no text.</p>
      {children}
    </section>
  );
}

/** A gain as percentage points. */
function signed(share: number): string {
  const points = (100 * share).toFixed(1);
  return points.startsWith('-') ? points.replace('-', '−') : `+${points}`;
}
