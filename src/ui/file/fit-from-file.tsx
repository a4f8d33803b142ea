import './file.css';
import { useState } from 'preact/hooks';
import { Problem } from '../parts/problem.js';
import { AsIsChoice, InTabNote } from './as-is-choice.js';
import { ChooseFile } from './choose-file.js';
import { ColumnPicker } from './column-picker.js';
import { CsvCorrections } from './csv-correction.js';
import { FitRunView } from './fit-run-view.js';
import type { KeptFile } from './kept-file.js';
import { sampleColumns } from './read-samples.js';
import { checkForm, DEFAULT_FORM } from './settings.js';
import { SettingsForm } from './settings-form.js';
import { TableFacts } from './table-facts.js';
import { useChosenFile } from './use-chosen-file.js';
import { type FitPlan, useFit } from './use-fit.js';

/** Fit a curve from a file of scored responses. */
export function FitFromFile({ name }: { name: string | undefined }) {
  const [form, setForm] = useState({ ...DEFAULT_FORM, rewardModel: name ?? '' });
  const [isTried, setTried] = useState(false);
  const fit = useFit();
  const { file, error, choose, correct, keep } = useChosenFile(name, fit.cancel);
  const change = (next: KeptFile) => {
    // What was read before belongs to the choice before.
    fit.cancel();
    keep(next);
  };
  const wrong = checkForm(form);
  const plan = file && planOf(file, form);
  const isBusy = ['reading', 'sending', 'fitting'].includes(fit.run.kind);
  const missing = file && whatIsMissing(file);
  return (
    <>
      <ChooseFile
        label={file ? 'Choose another file …' : 'Choose a file …'}
        hint="JSON lines, CSV or TSV in UTF-8: a reward in every row, and the response or its length."
        onFile={choose}
      />
      <Problem error={error} title="This file cannot be read" />
      {file && (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (!isBusy && plan && Object.values(wrong).every((one) => one === undefined)) fit.start(plan);
          }}
        >
          <TableFacts table={file.table} choice={usedColumns(file)} />
          <CsvCorrections table={file.table} onCorrect={(correction) => correct(file, correction)} />
          {file.isSentAsIs ? (
            <AsIsChoice file={file} onChange={change} />
          ) : (
            <>
              <InTabNote file={file} onChange={change} />
              <ColumnPicker file={file} onChange={change} />
            </>
          )}
          <SettingsForm form={form} wrong={wrong} isTried={isTried} onChange={setForm} />
          {isTried && missing && (
            <p class="field-error" role="alert">
              {missing}
            </p>
          )}
          <div class="buttons">
            <button type="submit" class="primary" aria-disabled={isBusy}>
              Fit a curve
            </button>
          </div>
          {plan && <FitRunView fit={fit} plan={plan} file={file} onKeep={keep} onChange={change} />}
        </form>
      )}
    </>
  );
}

function usedColumns({ isSentAsIs, isMeasured, choice: { reward, response, prompt, length } }: KeptFile) {
  if (isSentAsIs) return {};
  return isMeasured ? { reward, prompt, response } : { reward, prompt, length };
}

function planOf(file: KeptFile, form: FitPlan['form']): FitPlan | undefined {
  const { table, choice, isSentAsIs, isMeasured, characteristic } = file;
  if (isSentAsIs) return { table, form, characteristic, columns: undefined };
  const columns = sampleColumns(choice, isMeasured);
  return columns && { table, form, characteristic: isMeasured ? 'chars' : characteristic.trim(), columns };
}

function whatIsMissing({ isSentAsIs, isMeasured, choice, characteristic }: KeptFile): string | undefined {
  if (isSentAsIs) return undefined;
  if (choice.reward === undefined) return 'Choose the column of rewards.';
  if (isMeasured) return choice.response === undefined ? 'Choose the column of responses.' : undefined;
  if (choice.length === undefined) return 'Choose the column of lengths.';
  return characteristic.trim() === '' ? 'What the column counts needs a name.' : undefined;
}
