import { useId } from 'preact/hooks';
import type { CurveSummary } from '../api-types.js';
import { parseCurve } from './imported.js';
import { Problem } from './problem.js';
import { useAction } from './use-action.js';
import { useApi } from './use-api.js';

/** Takes the file of an exported curve and makes it the current version of the reward model that it names. */
export function ImportCurve({ onImported }: { onImported: (curve: CurveSummary) => void }) {
  const api = useApi();
  const id = useId();
  const { run, isRunning, error } = useAction(async (file: File) => {
    const json = parseCurve(await file.text());
    onImported(await api.request<CurveSummary>('v1/curves', { method: 'PUT', json }));
  });
  return (
    <div class="import-curve">
      <input
        id={id}
        type="file"
        class="unseen"
        accept=".json,application/json"
        disabled={isRunning}
        aria-describedby={`${id}-hint`}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // The same file can be chosen again.
          currentTarget.value = '';
          if (file) run(file);
        }}
      />
      <label class="button" for={id}>
        {isRunning ? 'Importing …' : 'Import a curve …'}
      </label>
      <p class="hint" id={`${id}-hint`}>
        It becomes a version of the reward model that it names, and is current at once.
      </p>
      <Problem error={error} title="This file cannot be imported" />
    </div>
  );
}
