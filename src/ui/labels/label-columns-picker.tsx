import { ColumnSelect } from '../file/column-select.js';
import type { ColumnChoice } from '../file/guess-columns.js';
import { type KeptFile, sendAsIs } from '../file/kept-file.js';
import type { Subject } from './find-pairs.js';

const NOT_CHOSEN = 'choose a column …';

/** Says which columns hold what labelling needs. */
export function LabelColumnsPicker({
  file,
  subject: { given },
  onChange,
}: {
  file: KeptFile;
  subject: Subject;
  onChange: (file: KeptFile) => void;
}) {
  const { choice, table } = file;
  const select = (label: string, role: keyof ColumnChoice, hint: string) => (
    <ColumnSelect
      label={label}
      hint={hint}
      none={NOT_CHOSEN}
      columns={table.columns}
      value={choice[role]}
      onChange={(column) => onChange(sendAsIs({ ...file, choice: { ...choice, [role]: column } }, false))}
    />
  );
  return (
    <fieldset class="columns">
      <legend>Columns</legend>
      {select('Reward', 'reward', 'What the reward model gave.')}
      {select('Response', 'response', 'The text that you are shown.')}
      {select('Prompt', 'prompt', 'Pairs are made of the responses to one prompt.')}
      {given !== undefined &&
        select(`“${given}”`, 'length', 'The curve is of these numbers, which the service cannot measure.')}
    </fieldset>
  );
}
