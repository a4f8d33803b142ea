import './models.css';
import type { Activity, CurveList } from '../api-types.js';
import { Loading } from '../parts/loading.js';
import { Problem } from '../parts/problem.js';
import { useApi } from '../parts/use-api.js';
import { useLoaded } from '../parts/use-loaded.js';
import { NO_GAIN } from '../parts/words.js';
import { Start } from '../start/start.js';
import { ModelCard } from './model-card.js';
import { Observed } from './observed.js';
import { Unreadable } from './unreadable.js';
import { Upstreams } from './upstreams.js';

/** Milliseconds between two looks at the service. */
export const LOOK_AGAIN = 5_000;

/** All reward models: fitted ones, those that are only observed, and what cannot be read. */
export function Models() {
  const api = useApi();
  const list = useLoaded((signal) => api.request<CurveList>('v1/curves', { signal }), [api], LOOK_AGAIN);
  const activity = useLoaded((signal) => api.request<Activity>('v1/activity', { signal }), [api], LOOK_AGAIN);
  const { value } = list;
  if (value === undefined)
    return list.error === undefined ? (
      <Loading what="reward models" />
    ) : (
      <Problem error={list.error} retry={list.reload} />
    );
  const { curves, observed, unreadable } = value;
  const isEmpty = curves.length === 0 && observed.length === 0 && unreadable.length === 0;
  return (
    <>
      <Problem error={list.error} />
      {isEmpty ? (
        <>
          <p>
            <strong>Nothing is fitted yet.</strong>
          </p>
          <Start />
        </>
      ) : (
        <Summary fitted={curves.length} />
      )}
      {curves.map((curve) => (
        <ModelCard key={curve.reward_model} curve={curve} activity={activity.value} />
      ))}
      {observed.length > 0 && <Observed observed={observed} onFitted={list.reload} />}
      {unreadable.length > 0 && <Unreadable unreadable={unreadable} onForgotten={list.reload} />}
      <Upstreams upstreams={activity.value?.upstreams ?? []} />
    </>
  );
}

function Summary({ fitted }: { fitted: number }) {
  return (
    <div class="models-summary">
      <p class="muted">
        {fitted === 1 ? 'One reward model has' : `${fitted} reward models have`} a curve: what a reward model
        gives for length alone, and what calibration takes off again. The rank correlation goes from −1 to 1,
        and 0 is none. {NO_GAIN}
      </p>
      <p>
        <a class="button" href="#/start">
          Fit another curve
        </a>
      </p>
    </div>
  );
}
