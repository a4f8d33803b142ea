import type { MarkedPoint } from '../../chart/chart-view.js';
import { formatCount, formatNumber } from '../../chart/number-words.js';
import { ruleWords } from './rule-words.js';

/** What became of a sample. */
export interface Tried {
  readonly raw: number;
  readonly bias: number;
  readonly calibrated: number;
  /** In code points; undefined where there was no text. */
  readonly length: number | undefined;
  /** Undefined where the service does not say. */
  readonly isExtrapolated: boolean | undefined;
  /** Whether the plot shows it. */
  readonly isOnPlot: boolean;
  /** How the response was found in a text, as the sidecar names it. */
  readonly rule: string | undefined;
}

/** Takes what became of a sample, and where the plot marks it. */
export type OnTried = (tried: Tried | undefined, point: MarkedPoint | undefined) => void;

/** What became of a sample, said to screen readers when it comes. */
export function TryResult({ tried }: { tried: Tried | undefined }) {
  return (
    <div class="tried" aria-live="polite">
      {tried !== undefined && (
        <>
          <dl>
            {tried.length !== undefined && (
              <Row name="Length" value={`${formatCount(tried.length)} characters`} />
            )}
            {tried.rule !== undefined && <Row name="Response found" value={ruleWords(tried.rule)} />}
            <Row name="Raw reward" value={formatNumber(tried.raw)} />
            <Row name="Bias, taken off" value={formatNumber(tried.bias)} />
            <Row name="Calibrated reward" value={formatNumber(tried.calibrated)} />
          </dl>
          <p class="muted small">
            {tried.isExtrapolated === true &&
              'This is outside of the fitted range: the curve is extrapolated there. '}
            {tried.isOnPlot
              ? 'The plot marks it, at its raw reward.'
              : 'The service does not say what it measured, so the plot cannot mark it.'}
          </p>
        </>
      )}
    </div>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
