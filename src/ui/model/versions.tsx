import { useState } from 'preact/hooks';
import { formatCount } from '../../chart/number-words.js';
import type { CurveHistory, CurveSummary } from '../api-types.js';
import { Chip } from '../parts/chip.js';
import { Confirm } from '../parts/confirm.js';
import { downloadJson, fileNameOf } from '../parts/download.js';
import { ImportCurve } from '../parts/import-curve.js';
import { importedWords, tellImportThere } from '../parts/imported.js';
import { formatCorrelation, formatTime } from '../parts/numbers.js';
import { Problem } from '../parts/problem.js';
import { TableBox } from '../parts/table-box.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { alphaText, auditWords } from '../parts/words.js';
import { linkToModel } from '../place.js';

/** What is asked for before it is done. */
interface Asked {
  readonly what: 'roll back' | 'delete';
  readonly version: number;
}

/** The versions that are kept, newest first, and what can be done with each. */
export function Versions({
  history,
  compared,
  onChange,
}: {
  history: CurveHistory;
  compared: number | undefined;
  onChange: () => void;
}) {
  const api = useApi();
  const [asked, setAsked] = useState<Asked>();
  const [imported, setImported] = useState<CurveSummary>();
  const { reward_model, current, versions } = history;
  const save = useAction(async (version: number) => {
    const document = await api.request('v1/curves', { query: { reward_model, version } });
    downloadJson(`${fileNameOf(reward_model)}-${version}.json`, document);
  });
  return (
    <section>
      <h2>Versions</h2>
      <TableBox label="Versions of the curve">
        <table>
          <thead>
            <tr>
              <th scope="col" class="number">
                Version
              </th>
              <th scope="col">Fitted</th>
              <th scope="col" class="number">
                Samples
              </th>
              <th scope="col" class="number">
                α
              </th>
              <th scope="col">Rank correlation</th>
              <th scope="col">Audit</th>
              <th scope="col">Actions</th>
            </tr>
          </thead>
          <tbody>
            {versions.toReversed().map((curve) => (
              <VersionRow
                key={curve.version}
                curve={curve}
                isCurrent={curve.version === current}
                isCompared={curve.version === compared}
                isEarlier={current !== null && curve.version < current}
                onAsk={setAsked}
                onExport={save.run}
              />
            ))}
          </tbody>
        </table>
      </TableBox>
      <Problem error={save.error} />
      <div class="buttons">
        <ImportCurve
          onImported={(curve) => {
            if (curve.reward_model === reward_model) {
              setImported(curve);
              onChange();
              return;
            }
            tellImportThere(curve);
            location.hash = linkToModel(curve.reward_model);
          }}
        />
      </div>
      <p role="status">{imported?.version === current && imported && importedWords(imported)}</p>
      {asked?.what === 'roll back' && (
        <Confirm
          title={`Make version ${asked.version} the current one?`}
          action={`Make version ${asked.version} current`}
          act={() =>
            api
              .request('v1/curves/rollback', {
                method: 'POST',
                json: { reward_model, version: asked.version },
              })
              .then(onChange)
          }
          onClose={() => setAsked(undefined)}
        >
          <p>
            Requests that name no version are calibrated by it from then on: their rewards change. Version{' '}
            {current} is kept.
          </p>
        </Confirm>
      )}
      {asked?.what === 'delete' && (
        <Confirm
          title={`Delete version ${asked.version}?`}
          action={`Delete version ${asked.version}`}
          isDanger
          act={() =>
            api
              .request('v1/curves', { method: 'DELETE', query: { reward_model, version: asked.version } })
              .then(onChange)
          }
          onClose={() => setAsked(undefined)}
        >
          <p>Requests that name this version are refused from then on. Its number is never used again.</p>
        </Confirm>
      )}
    </section>
  );
}

function VersionRow({
  curve,
  isCurrent,
  isCompared,
  isEarlier,
  onAsk,
  onExport,
}: {
  curve: CurveSummary;
  isCurrent: boolean;
  isCompared: boolean;
  isEarlier: boolean;
  onAsk: (asked: Asked) => void;
  onExport: (version: number) => void;
}) {
  const { reward_model: name, version, fitted_at, samples, characteristics, diagnostics, audit } = curve;
  const { before, after } = diagnostics.spearman;
  return (
    <tr>
      <th scope="row" class="number">
        {version} {isCurrent && <Chip tone="accent">current</Chip>}
      </th>
      <td class="together">{formatTime(fitted_at)}</td>
      <td class="number">{formatCount(samples)}</td>
      <td class="number">{alphaText(characteristics)}</td>
      <td class="together">
        {formatCorrelation(before)} → {formatCorrelation(after)}
      </td>
      <td class="together">{auditWords(audit).words}</td>
      <td>
        <span class="row-actions">
          {!isCurrent && (
            <a
              class="button"
              href={linkToModel(name, isCompared ? undefined : version)}
              aria-label={isCompared ? 'Stop comparing' : `Compare version ${version} with the current one`}
            >
              {isCompared ? 'Stop comparing' : 'Compare'}
            </a>
          )}
          {!isCurrent && (
            <button type="button" onClick={() => onAsk({ what: 'roll back', version })}>
              {isEarlier ? (
                <>
                  Roll back<span class="unseen"> to version {version}</span> …
                </>
              ) : (
                <>
                  Make <span class="unseen">version {version} </span>current …
                </>
              )}
            </button>
          )}
          <button type="button" onClick={() => onExport(version)}>
            Export<span class="unseen"> version {version}</span>
          </button>
          {!isCurrent && (
            <button type="button" onClick={() => onAsk({ what: 'delete', version })}>
              Delete<span class="unseen"> version {version}</span> …
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}
