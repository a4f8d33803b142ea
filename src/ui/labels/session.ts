import type { Audit, Warning } from '../api-types.js';
import { type AskedPair, beginLabelling, type Labelling, labelsOf } from './label-state.js';

/** POST v1/disputed-pairs */
export interface DisputedPairs {
  readonly reward_model: string | null;
  readonly version: number | null;
  /** Prompts with at least two responses. */
  readonly prompts: number;
  readonly pairs: number;
  readonly disputed: number;
  readonly share_disputed: number;
  readonly effective_share: number;
  readonly needed_pairs: number | null;
  readonly ask: readonly AskedPair[];
  readonly warnings: readonly Warning[];
  readonly key: string;
}

/** Pairs of one file for one version, and what has been said of them. */
export interface Session {
  readonly found: DisputedPairs;
  readonly labelling: Labelling;
  /** The lines that were searched: more pairs are drawn from them. */
  readonly body: Blob;
  readonly fileName: string;
  readonly count: number;
  /** Lines of the file that were left out. */
  readonly leftOut: number;
  /** The verdict of the labels, and how many there were. */
  readonly verdict?: { readonly audit: Audit; readonly labels: number } | undefined;
}

/** Pairs that are asked for at once. */
export const ASKED = 20;

/** The draw of the pairs: the same seed and responses draw the same. */
export const SEED = 0;

/** Sessions by version, in this tab's memory: another view does not lose the labels. */
const sessions = new Map<string, Session>();

function placeOf(name: string, version: number): string {
  return `${version} ${name}`;
}

/** The session of a version, where there is one. */
export function findSession(name: string, version: number): Session | undefined {
  return sessions.get(placeOf(name, version));
}

/** Keeps a session; undefined forgets it. While labels are in no verdict, leaving the page asks. */
export function keepSession(name: string, version: number, session: Session | undefined): void {
  if (session === undefined) sessions.delete(placeOf(name, version));
  else sessions.set(placeOf(name, version), session);
  removeEventListener('beforeunload', askBeforeLeaving);
  if ([...sessions.values()].some(hasUnsent)) addEventListener('beforeunload', askBeforeLeaving);
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Whether there are labels that no verdict counts. */
export function hasUnsent({ labelling, verdict }: Pick<Session, 'labelling' | 'verdict'>): boolean {
  return labelling.answers.size > 0 && verdict === undefined;
}

/** A session with the pairs that were found; labels of an earlier one stay. */
export function toSession(
  found: DisputedPairs,
  searched: Pick<Session, 'body' | 'fileName' | 'count' | 'leftOut'>,
  earlier?: Session,
): Session {
  const { body, fileName, count, leftOut } = searched;
  const labelling = beginLabelling(found.ask, earlier?.labelling.answers);
  return { body, fileName, count, leftOut, found, labelling };
}

/** What a labeller can keep: labels and where they belong, without any text. */
export function labelsFile(session: Session) {
  const { found, labelling } = session;
  const pairs = new Map(found.ask.map((pair) => [pair.id, pair]));
  const placed = ({ index, id }: AskedPair['left']) => ({ index, ...(id !== undefined && { id }) });
  return {
    reward_model: found.reward_model,
    version: found.version,
    seed: SEED,
    count: session.count,
    key: found.key,
    labels: labelsOf(labelling).map((label) => {
      const pair = pairs.get(label.id);
      return pair === undefined ? label : { ...label, left: placed(pair.left), right: placed(pair.right) };
    }),
  };
}
