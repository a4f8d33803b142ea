import type { Api } from '../api.js';
import type { Issues } from '../file/issues.js';
import { bodyOf, type KeptFile } from '../file/kept-file.js';
import { type LabelColumns, makeLines } from '../file/make-lines.js';
import { upload } from '../file/upload.js';
import { ASKED, type DisputedPairs, SEED, type Session, toSession } from './session.js';

/** The version whose disputes are sought. */
export interface Subject {
  readonly name: string;
  readonly version: number;
  /** The characteristic of its curve, where the service does not measure it from text. */
  readonly given: string | undefined;
}

/** How a search goes, and how it is ended. */
export interface Searching {
  readonly signal: AbortSignal;
  readonly onProgress: (what: 'reading' | 'sending', done: number, total: number) => void;
}

/** Lines that cannot be used were found; nothing was sent. */
export interface Unusable {
  readonly issues: Issues;
  readonly usable: number;
}

/** The columns of a file that labelling needs, where all are chosen. */
export function labelColumns(
  { choice: { reward, response, prompt, length } }: KeptFile,
  { given: name }: Pick<Subject, 'given'>,
): LabelColumns | undefined {
  if (reward === undefined || response === undefined || prompt === undefined) return undefined;
  if (name === undefined) return { reward, response, prompt };
  return length === undefined ? undefined : { reward, response, prompt, given: { column: length, name } };
}

/** Whether a file goes to the service as it is: it holds all that labelling needs. */
export function goesAsIs({ isSentAsIs, table: { asIs } }: KeptFile): boolean {
  return isSentAsIs && asIs.fits && asIs.hasResponses && asIs.hasPrompts;
}

/** The keys of a file that the service takes as it is. */
function asIsColumns({ table: { columns } }: KeptFile): LabelColumns | undefined {
  const find = (key: string) => {
    const found = columns.findIndex(({ name }) => name === key);
    return found < 0 ? undefined : found;
  };
  const [reward, response, prompt] = [find('reward'), find('response'), find('prompt')];
  if (reward === undefined || response === undefined || prompt === undefined) return undefined;
  return { reward, response, prompt, id: find('id'), characteristics: find('characteristics') };
}

/**
 * Seeks disputed pairs in a file. One that is right goes up as it is, and once more, put together by prompt
 * in the tab, where the responses to a prompt do not stand together.
 */
export async function findPairs(
  api: Api,
  subject: Subject,
  file: KeptFile,
  searching: Searching,
): Promise<Session | Unusable> {
  const source = file.table.file;
  const searched = { fileName: source.name, count: ASKED };
  if (goesAsIs(file)) {
    const body = bodyOf(file.table);
    const found = await search(api, subject, body, ASKED, searching);
    const columns = asIsColumns(file);
    const cameBack = found.warnings.some(({ code }) => code === CAME_BACK);
    if (columns === undefined || !cameBack || source.size > MOST_SORTED)
      return toSession(found, { ...searched, body, leftOut: 0 });
    return readAndSearch(columns);
  }
  const columns = labelColumns(file, subject);
  if (columns === undefined) throw new Error('The columns of rewards, responses and prompts are not chosen.');
  return readAndSearch(columns);

  async function readAndSearch(columns: LabelColumns): Promise<Session | Unusable> {
    const { signal, onProgress } = searching;
    const lines = await makeLines(file.table, columns, {
      signal,
      onProgress: (bytes) => onProgress('reading', bytes, source.size),
    });
    if (lines.count === 0 || (lines.issues.count > 0 && !file.leavesOut))
      return { issues: lines.issues, usable: lines.count };
    const found = await search(api, subject, lines.body, ASKED, searching);
    return toSession(found, { ...searched, body: lines.body, leftOut: lines.issues.count });
  }
}

/** The service's warning of prompts whose lines do not stand together. */
const CAME_BACK = 'prompts-came-back';

/** Bytes of a file whose lines are put together in the tab, which holds them all. */
const MOST_SORTED = 1e9;

/** Draws further pairs of the lines of a session; its labels stay. */
export async function findMorePairs(
  api: Api,
  subject: Pick<Subject, 'name' | 'version'>,
  session: Session,
  searching: Searching,
): Promise<Session> {
  const count = session.count + ASKED;
  const found = await search(api, subject, session.body, count, searching);
  return toSession(found, { ...session, count }, session);
}

function search(
  api: Api,
  { name, version }: Pick<Subject, 'name' | 'version'>,
  body: Blob,
  count: number,
  { signal, onProgress }: Searching,
): Promise<DisputedPairs> {
  return upload<DisputedPairs>(api, {
    path: 'v1/disputed-pairs',
    query: { reward_model: name, version, count, seed: SEED, include: ['prompts', 'responses'] },
    body,
    type: 'application/x-ndjson',
    signal,
    onProgress: (done, total) => onProgress('sending', done, total),
  });
}
