import './model.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MarkedPoint } from '../../chart/chart-view.js';
import { ApiError } from '../api.js';
import type { CurveHistory, CurveSummary } from '../api-types.js';
import { Chip } from '../parts/chip.js';
import { FitFacts } from '../parts/fit-facts.js';
import { importedWords, takeImport } from '../parts/imported.js';
import { Loading } from '../parts/loading.js';
import { Problem } from '../parts/problem.js';
import { useApi } from '../parts/use-api.js';
import { useLoaded } from '../parts/use-loaded.js';
import { auditWords } from '../parts/words.js';
import { linkToFile } from '../place.js';
import { SAMPLE_BIAS, SAMPLE_MODEL } from '../start/sample-data.js';
import { TryIt } from '../try/try-it.js';
import { AuditSection } from './audit-section.js';
import { Deletion } from './deletion.js';
import { Findings } from './findings.js';
import { Plot } from './plot.js';
import { Strength } from './strength.js';
import { Versions } from './versions.js';

/** Milliseconds between two looks at the versions: others may fit, too. */
const LOOK_AGAIN = 15_000;

/** One reward model: its curve, what it does to a sample, whether to trust it, and its versions. */
export function Model({ name, compare }: { name: string; compare: number | undefined }) {
  const api = useApi();
  const { value, error, reload } = useLoaded(
    (signal) => api.request<CurveHistory>('v1/curves', { query: { reward_model: name }, signal }),
    [api, name],
    LOOK_AGAIN,
  );
  const [imported] = useState(() => takeImport(name));
  if (error instanceof ApiError && error.code === 'unknown-reward-model') return <NoCurve name={name} />;
  if (value === undefined)
    return error === undefined ? <Loading what="its versions" /> : <Problem error={error} retry={reload} />;
  const current = value.versions.find(({ version }) => version === value.current);
  return (
    <>
      <Problem error={error} />
      {imported && imported.version === value.current && (
        <p class="notice" role="status">
          {importedWords(imported)}
        </p>
      )}
      {current === undefined ? (
        <NoCurve name={name} />
      ) : (
        <Current history={value} curve={current} compare={compare} onChange={reload} />
      )}
    </>
  );
}

function Current({
  history,
  curve,
  compare,
  onChange,
}: {
  history: CurveHistory;
  curve: CurveSummary;
  compare: number | undefined;
  onChange: () => void;
}) {
  const [point, setPoint] = useState<MarkedPoint>();
  const plot = useRef<HTMLElement>(null);
  const others = history.versions
    .map(({ version }) => version)
    .filter((version) => version !== curve.version);
  const compared = others.find((version) => version === compare);
  useEffect(() => {
    // Compare is asked for in a table further below.
    if (compared !== undefined) plot.current?.scrollIntoView({ block: 'nearest' });
  }, [compared]);
  return (
    <>
      <Status curve={curve} />
      {curve.reward_model === SAMPLE_MODEL && (
        <p class="notice">
          If this is the page’s sample data, its rewards are simulated: {SAMPLE_BIAS}. No reward model has
          scored them.
        </p>
      )}
      <div class="plot-and-try">
        <section aria-label="The curve" ref={plot}>
          <Plot shown={curve} others={others} compared={compared} point={point} />
        </section>
        <TryIt curve={curve} onPoint={setPoint} />
      </div>
      <AuditSection curve={curve} versions={history.versions} onChange={onChange} />
      <Findings curve={curve} />
      <Versions history={history} compared={compared} onChange={onChange} />
      <Strength key={curve.version} curve={curve} onChange={onChange} />
      <Deletion name={curve.reward_model} />
    </>
  );
}

function Status({ curve }: { curve: CurveSummary }) {
  const { reward_model: name, version, diagnostics, audit } = curve;
  const warnings = diagnostics.warnings?.length ?? 0;
  const audited = auditWords(audit);
  return (
    <div class="status">
      <p class="muted">
        Version {version} is the current one, <FitFacts curve={curve} />.
      </p>
      <p class="chips">
        <Chip tone={audited.tone}>{audited.words}</Chip>
        <Chip tone={warnings === 0 ? 'plain' : 'warning'}>
          {warnings === 0 ? 'no warnings' : `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`}
        </Chip>
        <a href={linkToFile(name)}>Fit again from a file</a>
      </p>
    </div>
  );
}

function NoCurve({ name }: { name: string }) {
  return (
    <p>
      This reward model has no curve. <a href={linkToFile(name)}>Fit one from a file</a>, or look at{' '}
      <a href="#/">all reward models</a>.
    </p>
  );
}
