import { capitalized } from '../../chart/capitalized.js';
import { formatCount, formatRough } from '../../chart/number-words.js';
import type { Activity, CurveSummary, Drift, RewardModelActivity } from '../api-types.js';
import { formatPercent, formatRate, formatSeconds, NOTHING } from '../parts/numbers.js';
import { characteristicWords, driftWords, recentCorrelation } from '../parts/words.js';

/** What a curve did in the last minutes; numbers that change by themselves are not announced. */
export function Recent({ activity, curve }: { activity: Activity; curve: CurveSummary }) {
  const title = `The last ${formatSeconds(activity.seconds)}`;
  const entries = activity.reward_models.filter((one) => one.reward_model === curve.reward_model);
  const current = entries.find(({ version }) => version === curve.version);
  const others = entries.filter(({ version, samples }) => version !== curve.version && samples > 0);
  return (
    <div class="recent">
      <p class="recent-title">
        {title} {current && <Timeline activity={current} />}
      </p>
      {current === undefined || current.samples === 0 ? (
        <p class="muted">No samples came.</p>
      ) : (
        <Figures activity={current} characteristic={curve.characteristics[0]?.name ?? 'chars'} />
      )}
      {others.map(({ version, samples }) => (
        <p key={version} class="muted small">
          Version {version} calibrated {formatCount(samples)} samples, too.
        </p>
      ))}
    </div>
  );
}

function Figures({ activity, characteristic }: { activity: RewardModelActivity; characteristic: string }) {
  const { drift, extrapolated_share: outside, mean_bias: bias } = activity;
  const noun = characteristicWords(characteristic);
  return (
    <dl>
      <Figure name="Requests a second" value={formatRate(activity.requests_per_second)} />
      <Figure name="Samples" value={formatCount(activity.samples)} />
      <Figure name="Samples a second" value={formatRate(activity.samples_per_second)} />
      <Figure name="Outside the fitted range" value={outside === null ? NOTHING : formatPercent(outside)} />
      <Figure name="Mean bias taken off" value={bias === null ? NOTHING : formatRough(bias)} />
      <Figure name={`Correlation with ${noun}`} value={recentCorrelation(activity)} />
      {drift && <Figure name={`${capitalized(noun)} since the fit`} {...movement(drift.characteristic)} />}
      {drift && <Figure name="Rewards since the fit" {...movement(drift.reward)} />}
    </dl>
  );
}

function movement({ psi, ks }: Drift) {
  const title = `Population stability index ${formatRough(psi)} (from 0.25 on much), Kolmogorov-Smirnov statistic ${formatRough(ks)}`;
  return { value: driftWords(psi), title };
}

function Figure({ name, value, title }: { name: string; value: string; title?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={title}>{value}</dd>
    </div>
  );
}

/** Pixels of a bar, with its gap, and the height of the highest. */
const BAR = 4;
const HEIGHT = 18;

/** Samples over time, as bars; the numbers beside say the same. */
function Timeline({ activity: { timeline } }: { activity: RewardModelActivity }) {
  const most = timeline.reduce((largest, { samples }) => Math.max(largest, samples), 1);
  return (
    <svg class="timeline" width={BAR * timeline.length} height={HEIGHT} aria-hidden="true">
      {timeline.map(({ seconds_ago: ago, samples }, i) => {
        const height = samples === 0 ? 1 : Math.max(2, (HEIGHT * samples) / most);
        return <rect key={ago} x={BAR * i} y={HEIGHT - height} width={BAR - 1} height={height} />;
      })}
    </svg>
  );
}
