import { MEASURED } from '../parts/measured.js';
import { type ColumnChoice, characteristicNameOf, guessColumns } from './guess-columns.js';
import { openTable } from './open-table.js';
import type { Table } from './table.js';

/** A chosen file, and what the reader said of it. */
export interface KeptFile {
  readonly table: Table;
  readonly choice: ColumnChoice;
  /** It goes to the service as it is. */
  readonly isSentAsIs: boolean;
  /** The length is measured from the response's text, not read from a column. */
  readonly isMeasured: boolean;
  /** What the curve is of. */
  readonly characteristic: string;
  /** Lines that cannot be used are left out. */
  readonly leavesOut: boolean;
}

/** In this tab's memory, so that pairs can be labelled without choosing the file again. */
let kept: KeptFile | undefined;

/** The reward model that the kept file was fitted to, or else was chosen for; undefined for none yet. */
let keptFor: string | undefined;

/** The file that was chosen last in this tab, where it is this reward model's; undefined stands for none. */
export function keptFile(rewardModel: string | undefined): KeptFile | undefined {
  return rewardModel === keptFor ? kept : undefined;
}

/** Keeps another choice of the chosen file, until another is chosen or the page is closed. */
export function keepFile(file: KeptFile): void {
  kept = file;
}

/** From now on the kept file is the one of the reward model that it was fitted to. */
export function keepFor(rewardModel: string): void {
  keptFor = rewardModel;
}

/**
 * Opens a chosen file and keeps it. The one before is forgotten first: where the new one cannot be read,
 * none is kept.
 *
 * @throws as {@link openTable}.
 */
export async function chooseFile(
  file: File,
  rewardModel: string | undefined,
  signal: AbortSignal,
): Promise<KeptFile> {
  kept = undefined;
  keptFor = rewardModel;
  const opened = firstChoice(await openTable(file, signal));
  signal.throwIfAborted();
  keepFile(opened);
  return opened;
}

/** What can be known of a file that was just opened. */
export function firstChoice(table: Table): KeptFile {
  const { asIs, columns, preview } = table;
  const choice = guessColumns(columns, preview);
  const isMeasured = choice.response !== undefined || choice.length === undefined;
  const base = { table, choice, leavesOut: false };
  if (asIs.fits) {
    const characteristic = characteristicsOf(table)[0] ?? 'chars';
    return { ...base, isMeasured: true, isSentAsIs: true, characteristic };
  }
  return { ...base, isMeasured, isSentAsIs: false, characteristic: nameOf(table, choice, isMeasured) };
}

/** The same file by the other way: as it is, or read in the tab. */
export function sendAsIs(file: KeptFile, isSentAsIs: boolean): KeptFile {
  const { table, choice, isMeasured } = file;
  const characteristic = isSentAsIs
    ? (characteristicsOf(table)[0] ?? 'chars')
    : nameOf(table, choice, isMeasured);
  return { ...file, isSentAsIs, characteristic, leavesOut: false };
}

/** The name of what is measured, by the column that holds it. */
export function nameOf({ columns }: Table, { length }: ColumnChoice, isMeasured: boolean): string {
  return isMeasured || length === undefined ? 'chars' : characteristicNameOf(columns[length]?.name ?? '');
}

/** What a curve can be of when the file goes as it is. */
export function characteristicsOf({ asIs }: Table): string[] {
  if (!asIs.fits) return [];
  return [...new Set([...(asIs.hasResponses ? MEASURED : []), ...asIs.given])];
}

/** The bytes that go to the service: without a byte order mark, which is no JSON. */
export function bodyOf({ file, hasBom }: Table): Blob {
  return hasBom ? file.slice(BOM_BYTES) : file;
}

const BOM_BYTES = 3;
