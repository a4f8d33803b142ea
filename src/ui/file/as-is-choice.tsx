import { Field } from '../parts/field.js';
import { unitWords } from '../parts/words.js';
import { characteristicsOf, type KeptFile, sendAsIs } from './kept-file.js';

/** A file that goes up as it is: what the curve is of. */
export function AsIsChoice({ file, onChange }: { file: KeptFile; onChange: (file: KeptFile) => void }) {
  const names = characteristicsOf(file.table);
  return (
    <>
      <p>
        The file is as the service wants it and goes up as it is; the service measures the texts and keeps
        none.{' '}
        <button type="button" class="quiet" onClick={() => onChange(sendAsIs(file, false))}>
          Read it in this tab instead
        </button>
      </p>
      {names.length > 1 && (
        <Field label="Fit reward against">
          {(control) => (
            <select
              {...control}
              value={file.characteristic}
              onChange={({ currentTarget }) => onChange({ ...file, characteristic: currentTarget.value })}
            >
              {names.map((name) => (
                <option key={name} value={name}>
                  {name === 'chars' ? 'length in characters (code points)' : `number of ${unitWords(name)}`}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </>
  );
}

/** Why a file is read in the tab, where one might expect it to go up as it is. */
export function InTabNote({ file, onChange }: { file: KeptFile; onChange: (file: KeptFile) => void }) {
  const { asIs } = file.table;
  if (asIs.fits)
    return (
      <p>
        The file is read in this tab, and only numbers are sent.{' '}
        <button type="button" class="quiet" onClick={() => onChange(sendAsIs(file, true))}>
          Send it as it is instead
        </button>
      </p>
    );
  if (asIs.reason === undefined) return <p>The file is read in this tab, and only numbers are sent.</p>;
  return (
    <p class="notice">
      The file cannot go up as it is: {asIs.reason}. So it is read in this tab, and only numbers are sent.
    </p>
  );
}
