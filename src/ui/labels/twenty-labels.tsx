import './labels.css';
import { useState } from 'preact/hooks';
import type { CurveHistory } from '../api-types.js';
import { Loading } from '../parts/loading.js';
import { isMeasured } from '../parts/measured.js';
import { Problem } from '../parts/problem.js';
import { useApi } from '../parts/use-api.js';
import { useLoaded } from '../parts/use-loaded.js';
import { linkToModel } from '../place.js';
import { FindPairs } from './find-pairs-form.js';
import { LabelPairs } from './label-pairs.js';
import { findSession, keepSession, type Session } from './session.js';

/** Label pairs that a version of a curve turns round, to a verdict. */
export function TwentyLabels({ name, version }: { name: string; version: number }) {
  const api = useApi();
  const [session, setSession] = useState(() => findSession(name, version));
  const history = useLoaded(
    (signal) => api.request<CurveHistory>('v1/curves', { query: { reward_model: name }, signal }),
    [api, name],
  );
  const change = (next: Session | undefined) => {
    keepSession(name, version, next);
    setSession(next);
  };
  const curve = history.value?.versions.find((one) => one.version === version);
  const subject = { name, version, given: curve?.characteristics.find((one) => !isMeasured(one.name))?.name };
  return (
    <>
      <p>
        Of <a href={linkToModel(name)}>{name}</a>, version {version}.
      </p>
      {session && <LabelPairs subject={subject} session={session} onChange={change} />}
      {!session && curve && <FindPairs subject={subject} onFound={change} />}
      {!session && !curve && history.value && (
        <p class="notice">
          This version is not here any more. Look for another one on the reward model’s page.
        </p>
      )}
      {!session && !history.value && history.error === undefined && <Loading what="the curve" />}
      <Problem error={history.error} retry={history.reload} />
    </>
  );
}
