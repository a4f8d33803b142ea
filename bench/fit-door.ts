import { z } from 'zod';
import { loadArrow } from './http-arrow.js';
import { startService } from './http-servers.js';

const timed = z.object({ diagnostics: z.object({ fit_seconds: z.number() }) });

/** Columns of samples as POST /v1/fit takes them. */
export interface FitColumns {
  readonly rewards: Float64Array;
  readonly chars: Float64Array;
  /** The prompt of each sample. */
  readonly groups?: Float64Array;
}

/** A request to fit, as it is sent. */
export interface FitBody {
  readonly type: string;
  readonly query: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** The built service's own door: what a user gets. */
export interface Door {
  /** Milliseconds that the answer to POST /v1/fit says its fit took. */
  fit(body: FitBody): Promise<number>;
  close(): Promise<void>;
}

/** Ten million samples as Arrow are 160 MB. */
const BODY_LIMIT = 2 ** 28;

const REWARD_MODEL = 'bench';

/** The request as JSON. */
export function jsonBody(settings: Readonly<Record<string, string | number>>, columns: FitColumns): FitBody {
  const lists = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, [...column]]));
  const body = JSON.stringify({ reward_model: REWARD_MODEL, ...settings, columns: lists });
  return { type: 'application/json', query: '', body };
}

/** The request as Arrow, for samples whose JSON no string can hold; undefined without apache-arrow. */
export async function arrowBody(
  settings: Readonly<Record<string, string | number>>,
  columns: FitColumns,
): Promise<FitBody | undefined> {
  const arrow = await loadArrow();
  if (arrow === undefined) return undefined;
  const given = Object.entries({ reward_model: REWARD_MODEL, ...settings });
  const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  const body = new Uint8Array(arrow.tableToIPC(arrow.tableFromArrays({ ...columns }), 'stream'));
  return { type: 'application/vnd.apache.arrow.stream', query: `?${query}`, body };
}

/** Starts the built service; it is warm after its first fits. */
export async function openDoor(): Promise<Door> {
  const server = await startService({ BODY_LIMIT: String(BODY_LIMIT) });
  const fit = async ({ type, query, body }: FitBody) => {
    const answer = await fetch(`${server.url}/v1/fit${query}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`/v1/fit answered ${answer.status}: ${text}`);
    return 1_000 * timed.parse(JSON.parse(text)).diagnostics.fit_seconds;
  };
  return { fit, close: () => server.stop() };
}
