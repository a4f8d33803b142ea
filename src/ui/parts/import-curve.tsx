import type { CurveSummary } from '../api-types.js';
import { FileButton } from './file-button.js';
import { parseCurve } from './imported.js';
import { Problem } from './problem.js';
import { useAction } from './use-action.js';
import { useApi } from './use-api.js';

/** Takes the file of an exported curve and makes it the current version of the reward model that it names. */
export function ImportCurve({ onImported }: { onImported: (curve: CurveSummary) => void }) {
  const api = useApi();
  const { run, isRunning, error } = useAction(async (file: File) => {
    const json = parseCurve(await file.text());
    onImported(await api.request<CurveSummary>('v1/curves', { method: 'PUT', json }));
  });
  return (
    <div class="import-curve">
      <FileButton
        label={isRunning ? 'Importing …' : 'Import a curve …'}
        hint="It becomes a version of the reward model that it names, and is current at once."
        accept=".json,application/json"
        disabled={isRunning}
        onFile={run}
      />
      <Problem error={error} title="This file cannot be imported" />
    </div>
  );
}
