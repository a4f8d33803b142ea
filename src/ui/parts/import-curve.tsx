import { useId } from 'preact/hooks';
import type { CurveSummary } from '../api-types.js';
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
      <Problem error={error} />
    </div>
  );
}

function parseCurve(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the file is not JSON: an exported curve is');
  }
}
