import { formatCount } from '../../chart/number-words.js';
import type { CurveSummary } from '../api-types.js';
import { formatAge, formatTime } from './numbers.js';
import { alphaText } from './words.js';

/** When a version was fitted, to how many samples, and its strength, as the end of a sentence. */
export function FitFacts({
  curve: { fitted_at, samples, characteristics },
}: {
  curve: Pick<CurveSummary, 'fitted_at' | 'samples' | 'characteristics'>;
}) {
  return (
    <>
      fitted{' '}
      <time dateTime={fitted_at} title={formatTime(fitted_at)}>
        {formatAge(fitted_at, Date.now())}
      </time>{' '}
      to {formatCount(samples)} samples,{' '}
      <span class="together">strength α = {alphaText(characteristics)}</span>
    </>
  );
}
