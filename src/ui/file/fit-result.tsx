import { useEffect, useRef } from 'preact/hooks';
import { formatNumber } from '../../chart/number-words.js';
import type { CurveSummary } from '../api-types.js';
import { formatSeconds } from '../parts/numbers.js';
import { WarningText } from '../parts/warning-text.js';
import { correlationWords, NO_GAIN } from '../parts/words.js';
import { linkToLabels, linkToModel } from '../place.js';

/** What a fit came to, and where to go from here. */
export function FitResult({
  curve,
  leftOut,
  canLabel,
}: {
  curve: CurveSummary;
  leftOut: number;
  /** The file has prompts and responses. */
  canLabel: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { reward_model: name, version, samples, diagnostics, characteristics } = curve;
  const { spearman, warnings = [], fit_seconds: seconds } = diagnostics;
  return (
    <section class="fit-result">
      <h2 ref={heading} tabIndex={-1}>
        Version {version} of {name} is fitted
      </h2>
      <p>
        {formatNumber(samples)} samples in {formatSeconds(seconds)}
        {leftOut > 0 && `; ${formatNumber(leftOut)} ${leftOut === 1 ? 'line was' : 'lines were'} left out`}.{' '}
        {correlationWords(characteristics[0]?.name ?? '', spearman.before, spearman.after)} {NO_GAIN}
      </p>
      {warnings.length > 0 && (
        <ul>
          {warnings.map((warning) => (
            <li key={warning.code}>
              <WarningText warning={warning} />
            </li>
          ))}
        </ul>
      )}
      <div class="buttons">
        <a class="button primary" href={linkToModel(name)}>
          See the curve
        </a>
        {canLabel && (
          <a class="button" href={linkToLabels(name, version)}>
            Label twenty pairs of this file
          </a>
        )}
      </div>
      {!canLabel && (
        <p class="muted">
          To learn whether the calibrated order is better, label twenty pairs: that takes a file with prompts
          and the text of responses.
        </p>
      )}
    </section>
  );
}
