import { useId } from 'preact/hooks';
import type { Activity, CurveSummary } from '../api-types.js';
import { Chip } from '../parts/chip.js';
import { CorrelationChange } from '../parts/correlation-change.js';
import { FitFacts } from '../parts/fit-facts.js';
import { auditWords, characteristicWords, warningWords } from '../parts/words.js';
import { linkToModel } from '../place.js';
import { Recent } from './recent.js';

/** A reward model with its current curve, and what happened to it in the last minutes. */
export function ModelCard({
  curve,
  activity,
}: {
  curve: CurveSummary;
  /** Undefined where it is not known. */
  activity: Activity | undefined;
}) {
  const id = useId();
  const { reward_model: name, version, characteristics, diagnostics, audit } = curve;
  const warnings = diagnostics.warnings ?? [];
  const [first] = warnings;
  const state = auditWords(audit);
  return (
    <article class="model-card" aria-labelledby={id}>
      <header>
        <h2 id={id}>
          <a href={linkToModel(name)}>{name}</a>
        </h2>
        <p class="muted small">
          version {version}, <FitFacts curve={curve} />
        </p>
        <p class="chips">
          <Chip tone={state.tone}>{state.words}</Chip>
        </p>
      </header>
      <dl>
        <dt>Rank correlation of {characteristicWords(characteristics[0]?.name ?? 'chars')} and reward</dt>
        <dd>
          <CorrelationChange {...diagnostics.spearman} />
        </dd>
        <dt>Warnings</dt>
        <dd>
          {first === undefined ? (
            'none'
          ) : (
            <>
              <span class="warning-mark" aria-hidden="true">
                ⚠
              </span>{' '}
              {warningWords(first)}
              {warnings.length > 1 && `, and ${warnings.length - 1} more`}
            </>
          )}
        </dd>
      </dl>
      {activity && <Recent activity={activity} curve={curve} />}
    </article>
  );
}
