import { useState } from 'preact/hooks';
import { useAbort } from '../parts/use-abort.js';
import { chooseFile, firstChoice, type KeptFile, keepFile, keptFile } from './kept-file.js';
import { type CsvCorrection, openTable } from './open-table.js';

/** The file of a view, and what can be done with it. */
export interface ChosenFile {
  readonly file: KeptFile | undefined;
  /** Why the last one that was chosen cannot be read. */
  readonly error: unknown;
  /** Takes another file in place of the present one, which is gone at once. */
  readonly choose: (chosen: File) => void;
  /** Opens the same file otherwise; where that fails, it stays as it was. */
  readonly correct: (file: KeptFile, correction: CsvCorrection) => void;
  /** Keeps another choice of the same file. */
  readonly keep: (next: KeptFile) => void;
}

/**
 * The file that was chosen in this tab for a reward model.
 *
 * @param onOther called before another file, or the same one opened otherwise, takes its place.
 */
export function useChosenFile(rewardModel: string | undefined, onOther: () => void): ChosenFile {
  const [file, setFile] = useState(() => keptFile(rewardModel));
  const [error, setError] = useState<unknown>();
  const opening = useAbort();
  const keep = (next: KeptFile) => {
    keepFile(next);
    setFile(next);
  };
  const open = (work: (signal: AbortSignal) => Promise<KeptFile>) => {
    const signal = opening.begin();
    onOther();
    setError(undefined);
    work(signal).then(
      (opened) => {
        if (!signal.aborted) keep(opened);
      },
      (failure) => {
        if (!signal.aborted) setError(failure);
      },
    );
  };
  return {
    file,
    error,
    keep,
    choose: (chosen) => {
      setFile(undefined);
      open((signal) => chooseFile(chosen, rewardModel, signal));
    },
    correct: ({ table }, correction) =>
      open(async (signal) => firstChoice(await openTable(table.file, signal, correction))),
  };
}
