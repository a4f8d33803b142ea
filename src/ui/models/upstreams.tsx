import type { UpstreamState } from '../api-types.js';
import { linkToModel } from '../place.js';

/** The reward-model servers behind the sidecar, where there are some. */
export function Upstreams({ upstreams }: { upstreams: readonly UpstreamState[] }) {
  if (upstreams.length === 0) return null;
  return (
    <section>
      <h2>Servers behind the sidecar</h2>
      <ul class="rows">
        {upstreams.map(({ name, reward_model, state }) => (
          <li key={name}>
            <strong>{name}</strong>
            <span>{state}</span>
            <span class="muted">
              scores for <a href={linkToModel(reward_model)}>{reward_model}</a>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
