import { useEffect, useMemo, useState } from 'preact/hooks';
import type { MarkedPoint } from '../../chart/chart-view.js';
import { addressOf } from '../api.js';
import type { CurveDocument, CurveSummary, DensityAnswer } from '../api-types.js';
import { downloadFile, fileNameOf } from '../parts/download.js';
import { Loading } from '../parts/loading.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { useLoaded } from '../parts/use-loaded.js';
import { useTheme } from '../parts/use-theme.js';
import { linkToModel } from '../place.js';
import { CurveChart } from './curve-chart.js';

/** Which samples lie behind the curve. */
type Behind = 'fitted' | 'observed' | 'none';

/** The plot of a version, with a second one over it where one is compared, and what can be chosen about it. */
export function Plot({
  shown,
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
  const api = useApi();
  const { reward_model, version, characteristics } = shown;
  const names = [...new Set(characteristics.map(({ name }) => name))];
  const [characteristic = names[0], setCharacteristic] = useState<string>();
  const [behind, setBehind] = useState<Behind>('fitted');
  const versions = compared === undefined ? [version] : [version, compared];
  const documents = useLoaded(
    (signal) =>
      Promise.all(
        versions.map((one) =>
          api.request<CurveDocument>('v1/curves', { query: { reward_model, version: one }, signal }),
        ),
      ),
    [api, reward_model, version, compared],
  );
  const observed = useLoaded(
    async (signal) =>
      behind === 'observed'
        ? api.request<DensityAnswer>('v1/curves/density', {
            query: { reward_model, source: 'window' },
            signal,
          })
        : null,
    [api, reward_model, behind],
  );
  useEffect(() => setCharacteristic(undefined), [version]);
  const { value: density } = observed;
  const settings = useMemo(
    () => ({
      characteristic,
      density: behind === 'fitted' ? undefined : (density ?? null),
      densityOf: behind === 'observed' ? 'observed samples' : undefined,
      point: characteristic === names[0] ? point : undefined,
    }),
    [characteristic, behind, density, point],
  );
  const { value: loaded } = documents;
  const drawn = useMemo(
    () => loaded?.filter((one) => one.characteristics.some(({ name }) => name === characteristic)),
    [loaded, characteristic],
  );
  if (drawn === undefined)
    return documents.error === undefined ? (
      <Loading what="the curve" />
    ) : (
      <Problem error={documents.error} retry={documents.reload} />
    );
  return (
    <>
      <CurveChart documents={drawn} settings={settings} />
      {drawn.length < versions.length && (
        <p class="small">
          Version {compared} has no curve of “{characteristic}”, so it is not shown.
        </p>
      )}
      <div class="plot-choices">
        {others.length > 0 && (
          <label>
            Compare with{' '}
            <select
              value={compared ?? ''}
              onChange={({ currentTarget: { value } }) => {
                location.hash = linkToModel(reward_model, value === '' ? undefined : Number(value));
              }}
            >
              <option value="">nothing</option>
              {others.map((one) => (
                <option key={one} value={one}>
                  version {one}
                </option>
              ))}
            </select>
          </label>
        )}
        {names.length > 1 && (
          <label>
            Characteristic{' '}
            <select
              value={characteristic}
              onChange={({ currentTarget }) => setCharacteristic(currentTarget.value)}
            >
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          Behind the curve{' '}
          <select value={behind} onChange={({ currentTarget }) => setBehind(readBehind(currentTarget.value))}>
            <option value="fitted">the fitted samples</option>
            <option value="observed">the samples observed lately</option>
            <option value="none">nothing</option>
          </select>
        </label>
        <SvgLink query={{ reward_model, version, characteristic }} compared={compared} />
      </div>
      {behind === 'observed' && <Problem error={observed.error} />}
    </>
  );
}

function readBehind(value: string): Behind {
  return value === 'observed' || value === 'none' ? value : 'fitted';
}

/** The same plot as an SVG of the service: a link, or with a key, which a link does not send, a download. */
function SvgLink({
  query,
  compared,
}: {
  query: { reward_model: string; version: number; characteristic: string | undefined };
  compared: number | undefined;
}) {
  const api = useApi();
  const theme = useTheme();
  const second = compared === undefined ? '' : `&version=${compared}`;
  const address = `${addressOf('v1/curves/plot', { ...query, theme })}${second}`;
  const { run, error } = useAction(async () => {
    const answer = await api.send(address);
    downloadFile(
      `${fileNameOf(query.reward_model)}-${query.version}.svg`,
      await answer.text(),
      'image/svg+xml',
    );
  });
  if (!api.hasKey) return <a href={address}>This plot as SVG</a>;
  return (
    <>
      <button type="button" class="quiet" onClick={() => run()}>
        Download as SVG
      </button>
      <Problem error={error} />
    </>
  );
}
