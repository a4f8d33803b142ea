import { useId } from 'preact/hooks';
import { Field } from '../parts/field.js';
import { ColumnSelect } from './column-select.js';
import type { ColumnChoice } from './guess-columns.js';
import { type KeptFile, nameOf } from './kept-file.js';

const NOT_CHOSEN = 'choose a column …';

/** Says which columns hold the rewards, the lengths and the prompts. */
export function ColumnPicker({ file, onChange }: { file: KeptFile; onChange: (file: KeptFile) => void }) {
  const { table, choice, isMeasured, characteristic } = file;
  const name = useId();
  const { columns } = table;
  const choose = (change: ColumnChoice, measured = isMeasured) => {
    const next = { ...choice, ...change };
    const isOther = measured !== isMeasured || next.length !== choice.length;
    onChange({
      ...file,
      leavesOut: false,
      choice: next,
      isMeasured: measured,
      characteristic: isOther ? nameOf(table, next, measured) : characteristic,
    });
  };
  return (
    <fieldset class="columns">
      <legend>Columns</legend>
      <ColumnSelect
        label="Reward"
        hint="What the reward model gave: numbers with a decimal point."
        none={NOT_CHOSEN}
        columns={columns}
        value={choice.reward}
        onChange={(reward) => choose({ reward })}
      />
      <ColumnSelect
        label="Prompt (optional)"
        hint="The prompt, or a name of it. Needed for a fit within prompts, and to label pairs of responses to one prompt."
        none="no column"
        columns={columns}
        value={choice.prompt}
        onChange={(prompt) => choose({ prompt })}
      />
      <div class="field wide" role="radiogroup" aria-labelledby={name}>
        <p class="group-label" id={name}>
          Length of the response
        </p>
        <label class="choice">
          <input type="radio" name={name} checked={isMeasured} onChange={() => choose({}, true)} />
          Measure the response’s text here, in characters (code points)
        </label>
        <label class="choice">
          <input type="radio" name={name} checked={!isMeasured} onChange={() => choose({}, false)} />
          Take it from a column of numbers, such as tokens
        </label>
      </div>
      {isMeasured ? (
        <ColumnSelect
          label="Response"
          hint="The text is measured in this tab and not sent."
          none={NOT_CHOSEN}
          columns={columns}
          value={choice.response}
          onChange={(response) => choose({ response })}
        />
      ) : (
        <>
          <ColumnSelect
            label="Column of lengths"
            none={NOT_CHOSEN}
            columns={columns}
            value={choice.length}
            onChange={(length) => choose({ length })}
          />
          <Field
            label="Name of what it counts"
            hint="The curve is of this; requests to calibrate send the same name. A letter, then letters, digits, “_”, “.” or “-”."
          >
            {(control) => (
              <input
                {...control}
                type="text"
                value={characteristic}
                maxLength={64}
                spellcheck={false}
                onInput={({ currentTarget }) => onChange({ ...file, characteristic: currentTarget.value })}
              />
            )}
          </Field>
        </>
      )}
    </fieldset>
  );
}
