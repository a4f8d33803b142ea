import { formatCount } from '../../chart/number-words.js';
import type { UpstreamState } from '../api-types.js';
import { Chip, type Tone } from '../parts/chip.js';
import { formatSeconds } from '../parts/numbers.js';
import { linkToModel } from '../place.js';

const STATES: Readonly<Record<UpstreamState['state'], { words: string; tone: Tone }>> = {
  closed: { words: 'answers', tone: 'good' },
  'half-open': { words: 'is tried again', tone: 'warning' },
  open: { words: 'fails: it is not asked for a while', tone: 'bad' },
};

/** The reward-model servers behind the sidecar, where there are some. */
export function Upstreams({ upstreams }: { upstreams: readonly UpstreamState[] }) {
  if (upstreams.length === 0) return null;
  return (
    <section>
      <h2>Servers behind the sidecar</h2>
      <ul class="rows">
        {upstreams.map((upstream) => (
          <Upstream key={upstream.name} {...upstream} />
        ))}
      </ul>
    </section>
  );
}

function Upstream({ name, reward_model, state, waiting, answered, failed, mean_seconds }: UpstreamState) {
  const isIdle = answered + failed === 0 && state === 'closed';
  const { words, tone } = isIdle ? { words: 'not asked lately', tone: 'plain' as const } : STATES[state];
  return (
    <li>
      <strong>{name}</strong>
      <Chip tone={tone}>{words}</Chip>
      <span>
        scores for <a href={linkToModel(reward_model)}>{reward_model}</a>
      </span>
      <span class="muted small">
        {formatCount(answered)} {answered === 1 ? 'request' : 'requests'} answered
        {mean_seconds !== null && ` in ${formatSeconds(mean_seconds)} each`}, {formatCount(failed)} failed,{' '}
        {formatCount(waiting)} {waiting === 1 ? 'text' : 'texts'} waiting
      </span>
    </li>
  );
}
