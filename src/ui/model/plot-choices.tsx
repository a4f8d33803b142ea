import { linkToModel } from '../place.js';

/** Which samples lie behind the curve. */
export type Behind = 'fitted' | 'observed' | 'none';

/** What can be chosen about a plot. */
export interface Choices {
  readonly characteristic: string | undefined;
  readonly behind: Behind;
}

/** Which version is compared, which characteristic is shown, and over which samples. */
export function PlotChoices({
  name,
  versions,
  compared,
  characteristics,
  choices,
  onChoose,
}: {
  name: string;
  /** Those that can be compared. */
  versions: readonly number[];
  compared: number | undefined;
  characteristics: readonly string[];
  choices: Choices;
  onChoose: (choices: Choices) => void;
}) {
  return (
    <>
      {versions.length > 0 && (
        <label>
          Compare with{' '}
          <select
            value={compared ?? ''}
            onChange={({ currentTarget: { value } }) => {
              location.hash = linkToModel(name, value === '' ? undefined : Number(value));
            }}
          >
            <option value="">nothing</option>
            {versions.map((version) => (
              <option key={version} value={version}>
                version {version}
              </option>
            ))}
          </select>
        </label>
      )}
      {characteristics.length > 1 && (
        <label>
          Characteristic{' '}
          <select
            value={choices.characteristic}
            onChange={({ currentTarget: { value } }) => onChoose({ ...choices, characteristic: value })}
          >
            {characteristics.map((characteristic) => (
              <option key={characteristic}>{characteristic}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        Behind the curve{' '}
        <select
          value={choices.behind}
          onChange={({ currentTarget: { value } }) => onChoose({ ...choices, behind: readBehind(value) })}
        >
          <option value="fitted">the fitted samples</option>
          <option value="observed">the samples observed lately</option>
          <option value="none">nothing</option>
        </select>
      </label>
    </>
  );
}

function readBehind(value: string): Behind {
  return value === 'observed' || value === 'none' ? value : 'fitted';
}
