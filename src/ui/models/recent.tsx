import { formatNumber } from '../../chart/number-words.js';
import type { RewardModelActivity } from '../api-types.js';
import { formatCorrelation, formatPercent, formatRate, formatSigned, NOTHING } from '../parts/numbers.js';
import { driftWords } from '../parts/words.js';

/** What a reward model did in the last minutes; numbers that change by themselves are not announced. */
export function Recent({
  activity,
  seconds,
}: {
  activity: RewardModelActivity | undefined;
  seconds: number | undefined;
}) {
  if (seconds === undefined) return null;
  const title = `The last ${Math.round(seconds / 60)} minutes`;
  if (activity === undefined || activity.samples === 0)
    return (
      <section class="recent" aria-label={title}>
        <p class="recent-title">{title}</p>
        <p class="muted">No samples came.</p>
      </section>
    );
  const { correlation, drift, extrapolated_share: extrapolated, mean_bias: bias } = activity;
  return (
    <section class="recent" aria-label={title} aria-live="off">
      <p class="recent-title">
        {title} <Timeline activity={activity} />
      </p>
      <dl>
        <Figure name="Requests a second" value={formatRate(activity.requests_per_second)} />
        <Figure name="Samples a second" value={formatRate(activity.samples_per_second)} />
        <Figure name="Outside the fitted range" value={shareText(extrapolated)} />
        <Figure name="Mean bias taken off" value={bias === null ? NOTHING : formatSigned(bias)} />
        <Figure
          name="Correlation, raw → calibrated"
          value={`${formatCorrelation(correlation.raw)} → ${formatCorrelation(correlation.calibrated)}`}
        />
        {drift?.characteristic && <Figure name="Lengths" {...movement(drift.characteristic)} />}
        {drift?.reward && <Figure name="Rewards" {...movement(drift.reward)} />}
      </dl>
    </section>
  );
}

function shareText(share: number | null): string {
  return share === null ? NOTHING : formatPercent(share);
}

function movement({ psi, ks }: { psi: number; ks: number }) {
  const title = `population stability index ${formatNumber(Number(psi.toFixed(3)))} (from 0.25 on much), largest distance of the distributions ${formatNumber(Number(ks.toFixed(3)))}`;
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
