import './try.css';
import { useEffect, useState } from 'preact/hooks';
import type { MarkedPoint } from '../../chart/chart-view.js';
import type { Activity, CurveSummary } from '../api-types.js';
import { isMeasured } from '../parts/measured.js';
import { useApi } from '../parts/use-api.js';
import { useLoaded } from '../parts/use-loaded.js';
import { TryResponse } from './try-response.js';
import { type OnTried, type Tried, TryResult } from './try-result.js';
import { TryTemplated } from './try-templated.js';

/** Calibrates one sample by the current curve, and marks it on the plot. */
export function TryIt({
  curve,
  onPoint,
}: {
  curve: CurveSummary;
  onPoint: (point: MarkedPoint | undefined) => void;
}) {
  const api = useApi();
  const [isTemplated, setTemplated] = useState(false);
  const [tried, setTried] = useState<Tried>();
  const show: OnTried = (next, point) => {
    setTried(next);
    onPoint(point);
  };
  const { value: activity } = useLoaded((signal) => api.request<Activity>('v1/activity', { signal }), [api]);
  // The sidecar measures text, and refuses where the curve is of something else.
  const isOfText = curve.characteristics.every(({ name }) => isMeasured(name));
  const upstream = isOfText
    ? activity?.upstreams.find((one) => one.reward_model === curve.reward_model)
    : undefined;
  // What another version did says nothing of this one; what was typed stays.
  useEffect(() => () => show(undefined, undefined), [curve.version, isTemplated]);
  return (
    <section class="try-it">
      <h2>Try it</h2>
      {upstream !== undefined && (
        <fieldset>
          <legend class="unseen">What to try</legend>
          <label>
            <input type="radio" name="try" checked={!isTemplated} onChange={() => setTemplated(false)} /> A
            response and its reward
          </label>
          <label>
            <input type="radio" name="try" checked={isTemplated} onChange={() => setTemplated(true)} /> A
            templated text, scored by “{upstream.name}”
          </label>
        </fieldset>
      )}
      {isTemplated && upstream !== undefined ? (
        <TryTemplated upstream={upstream.name} curve={curve} onTried={show} />
      ) : (
        <TryResponse curve={curve} onTried={show} />
      )}
      <TryResult tried={tried} />
    </section>
  );
}
