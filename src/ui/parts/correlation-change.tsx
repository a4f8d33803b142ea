import type { Correlations } from '../api-types.js';
import { formatCorrelation } from './numbers.js';

/** Half of the line on which correlations from −1 to 1 lie, and its height. */
const HALF = 70;
const HEIGHT = 14;
const MIDDLE = HEIGHT / 2;

/** A correlation before → after calibration: as numbers, and as two dots on a line whose middle is 0. */
export function CorrelationChange({ before, after }: Pick<Correlations, 'before' | 'after'>) {
  return (
    <span class="change">
      <span class="change-numbers">
        {formatCorrelation(before)} <span aria-hidden="true">→</span>
        <span class="unseen">before, after</span> <strong>{formatCorrelation(after)}</strong>
      </span>
      <svg
        width={2 * HALF + 12}
        height={HEIGHT}
        viewBox={`${-HALF - 6} 0 ${2 * HALF + 12} ${HEIGHT}`}
        aria-hidden="true"
      >
        <line class="axis" x1={-HALF} x2={HALF} y1={MIDDLE} y2={MIDDLE} />
        <line class="axis" x1="0" x2="0" y1="1" y2={HEIGHT - 1} />
        {before !== null && after !== null && (
          <line class="way" x1={HALF * before} x2={HALF * after} y1={MIDDLE} y2={MIDDLE} />
        )}
        {before !== null && <circle class="before" cx={HALF * before} cy={MIDDLE} r="4" />}
        {after !== null && <circle class="after" cx={HALF * after} cy={MIDDLE} r="4.5" />}
      </svg>
    </span>
  );
}
