import { benchSamples } from './fit-samples.js';
import { ARROW_PACKAGE, type Arrow } from './http-arrow.js';
import { SERVER_NAMES, SERVICE, type ServerName } from './http-servers.js';

/** A request to measure: which servers get it, and which payload its figures are compared with. */
export interface Payload {
  readonly name: string;
  readonly items: number;
  readonly contentType: string;
  /** Path and query. */
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly servers: readonly ServerName[];
  /** The row payload that the baselines get for this ratio: this payload, or the rows that it replaces. */
  readonly comparedWith: string;
}

/** The payloads of this run, and why each of the others is missing. */
export interface Payloads {
  readonly ready: Payload[];
  readonly skipped: { readonly name: string; readonly why: string }[];
}

export const REWARD_MODEL = 'bench/calibrated';
export const CALIBRATE = '/v1/calibrate';

/** The payloads that targets name. */
export const CLASS_A = 'a: 16 rows × 200 B';
export const CLASS_B = 'b: 256 rows × 2 KB';
export const CLASS_C = 'c: 1,024 measured rows';
export const CLASS_D = 'd: 4,096 rows × 2 KB';
export const ONE_KEPT_ALIVE = '1 row × 2 KB, kept alive';
export const COLUMNS_AT_B = columnsName(256);
export const ARROW_AT_D = arrowName(4_096);

/** Items of the classes a to d (performance, section 2), and the rows of 2 KB that other formats replace. */
const ROWS_OF_2_KB = new Map([
  [16, '16 rows × 2 KB'],
  [256, CLASS_B],
  [1_024, '1,024 rows × 2 KB'],
  [4_096, CLASS_D],
]);

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';
const ARROW_TYPE = 'application/vnd.apache.arrow.stream';

/** All payload classes; bodies are the same in every run. */
export function makePayloads(arrow: Arrow | undefined): Payloads {
  const counts = [...ROWS_OF_2_KB.keys()];
  const binaryCounts = [256, 4_096];
  const skipped =
    arrow === undefined
      ? binaryCounts.map((items) => ({ name: arrowName(items), why: `${ARROW_PACKAGE} is not installed` }))
      : [];
  return {
    ready: [
      rowPayload(CLASS_A, textRows(16, 200)),
      rowPayload(CLASS_B, textRows(256, 2_000)),
      rowPayload(CLASS_C, measuredRows(1_024)),
      rowPayload(CLASS_D, textRows(4_096, 2_000)),
      rowPayload(ONE_KEPT_ALIVE, textRows(1, 2_000)),
      {
        ...rowPayload('1 row × 2 KB, a connection each', textRows(1, 2_000)),
        headers: { connection: 'close' },
      },
      baselineRows(16),
      baselineRows(1_024),
      ...counts.map(columnarPayload),
      ...binaryCounts.map(ndjsonPayload),
      ...(arrow === undefined ? [] : binaryCounts.map((items) => arrowPayload(items, arrow))),
    ],
    skipped,
  };
}

function columnsName(items: number): string {
  return `columnar JSON, ${items.toLocaleString('en')}`;
}

function arrowName(items: number): string {
  return `Arrow, ${items.toLocaleString('en')}`;
}

interface TextRow {
  readonly prompt: string;
  readonly response: string;
  readonly reward: number;
}

function rowPayload(name: string, samples: readonly object[]): Payload {
  return {
    name,
    items: samples.length,
    contentType: JSON_TYPE,
    path: CALIBRATE,
    body: Buffer.from(JSON.stringify({ reward_model: REWARD_MODEL, samples })),
    headers: {},
    servers: SERVER_NAMES,
    comparedWith: name,
  };
}

/** Rows of 2 KB that columns of as many items replace. They belong to no class, so only Fastify gets them. */
function baselineRows(items: number): Payload {
  return { ...rowPayload(rowsOf2KB(items), textRows(items, 2_000)), servers: ['Fastify'] };
}

function columnarPayload(items: number): Payload {
  const { rewards, chars } = columnsOf(items);
  const columns = { rewards: [...rewards], chars: [...chars] };
  return {
    ...servicePayload(columnsName(items), items, JSON_TYPE),
    path: CALIBRATE,
    body: Buffer.from(JSON.stringify({ reward_model: REWARD_MODEL, columns })),
  };
}

function ndjsonPayload(items: number): Payload {
  const lines = textRows(items, 2_000).map((row) => `${JSON.stringify(row)}\n`);
  return {
    ...servicePayload(`NDJSON, ${items.toLocaleString('en')} rows × 2 KB`, items, NDJSON_TYPE),
    body: Buffer.from(lines.join('')),
  };
}

function arrowPayload(items: number, arrow: Arrow): Payload {
  const { rewards, chars } = columnsOf(items);
  const body = arrow.tableToIPC(arrow.tableFromArrays({ rewards, chars }), 'stream');
  return { ...servicePayload(arrowName(items), items, ARROW_TYPE), body };
}

/**
 * A format that the echo servers don't read. It is answered in kind where the service can; parameters are in
 * the query.
 */
function servicePayload(name: string, items: number, contentType: string): Omit<Payload, 'body'> {
  return {
    name,
    items,
    contentType,
    path: `${CALIBRATE}?reward_model=${encodeURIComponent(REWARD_MODEL)}`,
    headers: { accept: contentType },
    servers: [SERVICE],
    comparedWith: rowsOf2KB(items),
  };
}

function rowsOf2KB(items: number): string {
  const name = ROWS_OF_2_KB.get(items);
  if (name === undefined) throw new Error(`there are no rows of 2 KB at ${items} items to compare with`);
  return name;
}

/** Lengths and rewards as a reward model gives them: float32, printed as doubles. */
function columnsOf(items: number): { rewards: Float64Array; chars: Float64Array } {
  const { x, y } = benchSamples(items);
  return { rewards: y.map(Math.fround), chars: x };
}

function measuredRows(items: number): object[] {
  const { rewards, chars } = columnsOf(items);
  return Array.from(rewards, (reward, i) => ({ reward, characteristics: { chars: chars[i] } }));
}

/** Rows whose prompt and response have that many bytes together, of which the prompt has a tenth. */
function textRows(items: number, bytes: number): TextRow[] {
  const { rewards } = columnsOf(items);
  const promptBytes = bytes / 10;
  return Array.from(rewards, (reward, i) => ({
    prompt: prose(i, promptBytes),
    response: prose(7 * i, bytes - promptBytes),
    reward,
  }));
}

const SENTENCE =
  'The reward model prefers the longer answer, though the shorter one says the same in half the words.\n';

/**
 * ASCII with an escaped character every hundred bytes, as paragraphs and lists have. Rows start differently.
 */
function prose(start: number, bytes: number): string {
  const from = start % SENTENCE.length;
  return SENTENCE.repeat(Math.ceil(bytes / SENTENCE.length) + 1).slice(from, from + bytes);
}
