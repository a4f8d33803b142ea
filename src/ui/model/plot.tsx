import { useMemo, useRef, useState } from 'preact/hooks';
import type { MarkedPoint } from '../../chart/chart-view.js';
import type { CurveDocument, CurveSummary, DensityAnswer } from '../api-types.js';
import { Loading } from '../parts/loading.js';
import { Problem } from '../parts/problem.js';
import { useApi } from '../parts/use-api.js';
import { useLoaded } from '../parts/use-loaded.js';
import { CurveChart } from './curve-chart.js';
import { type Choices, PlotChoices } from './plot-choices.js';
import { SvgLink } from './svg-link.js';

/** The plot of a version, with a second one over it where one is compared, and what can be chosen of it. */
export function Plot({
  shown: { reward_model, version, characteristics },
  others,
  compared,
  point,
}: {
  shown: CurveSummary;
  /** The versions that can be compared with it. */
  others: readonly number[];
  compared: number | undefined;
  point: MarkedPoint | undefined;
}) {
  const [chosen, setChosen] = useState<Choices>({ characteristic: undefined, behind: 'fitted' });
  const names = [...new Set(characteristics.map(({ name }) => name))];
  const characteristic = names.find((name) => name === chosen.characteristic) ?? names[0];
  const { behind } = chosen;
  const { documents, error, reload } = useDocuments(reward_model, version, compared);
  const observed = useObserved(reward_model, behind === 'observed');
  const { value: density = null } = observed;
  const settings = useMemo(
    () => ({
      characteristic,
      density: behind === 'fitted' ? undefined : density,
      densityOf: behind === 'observed' ? 'observed samples' : undefined,
      point: characteristic === names[0] ? point : undefined,
    }),
    [characteristic, names[0], behind, density, point],
  );
  const drawn = useMemo(
    () => documents?.filter((one) => one.characteristics.some(({ name }) => name === characteristic)),
    [documents, characteristic],
  );
  if (documents === undefined || drawn === undefined)
    return error === undefined ? <Loading what="the curve" /> : <Problem error={error} retry={reload} />;
  return (
    <>
      {drawn.length > 0 && <CurveChart documents={drawn} settings={settings} />}
      {drawn.length < documents.length && (
        <p class="small">Only one of the versions has a curve of “{characteristic}”.</p>
      )}
      {isSameCurve(drawn) && (
        <p class="small">
          Both versions have the same curve, and differ in strength: the plot shows all of the bias, of which
          calibration takes α times off.
        </p>
      )}
      <div class="plot-choices">
        <PlotChoices
          name={reward_model}
          versions={others}
          compared={compared}
          characteristics={names}
          choices={{ characteristic, behind }}
          onChoose={setChosen}
        />
        <SvgLink query={{ reward_model, version, characteristic }} compared={compared} />
      </div>
      <Problem error={error} retry={reload} />
      <Problem error={observed.error} />
    </>
  );
}

/** Whether two versions are one fit, at two strengths. */
function isSameCurve([one, other]: readonly CurveDocument[]): boolean {
  return one !== undefined && one.fitted_at === other?.fitted_at && one.samples === other.samples;
}

/** The documents of one or two versions; while others are asked for, those from before stay. */
function useDocuments(rewardModel: string, version: number, compared: number | undefined) {
  const api = useApi();
  const versions = compared === undefined ? [version] : [version, compared];
  const { value, error, reload } = useLoaded(
    (signal) =>
      Promise.all(
        versions.map((one) =>
          api.request<CurveDocument>('v1/curves', {
            query: { reward_model: rewardModel, version: one },
            signal,
          }),
        ),
      ),
    [api, rewardModel, version, compared],
  );
  const before = useRef(value);
  if (value !== undefined) before.current = value;
  return { documents: value ?? before.current, error, reload };
}

/** Where the samples lie that were observed lately, if that is asked for. */
function useObserved(rewardModel: string, isAsked: boolean) {
  const api = useApi();
  return useLoaded(
    async (signal) => {
      const query = { reward_model: rewardModel, source: 'window' };
      return isAsked ? api.request<DensityAnswer>('v1/curves/density', { query, signal }) : null;
    },
    [api, rewardModel, isAsked],
  );
}
