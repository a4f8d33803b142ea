import createClient, { type Middleware } from 'openapi-fetch';
import { readLines, writeLines } from './lines.js';
import type {
  Answer,
  Arguments,
  ArrowAnswer,
  ArrowMedia,
  JsonAnswer,
  JsonOptions,
  LineOf,
  LinesAnswer,
  LinesMedia,
  Method,
  PathOf,
  PathReading,
  Problem,
  SamplesOptions,
} from './operations.js';
import type { paths } from './schema.js';

export type { Answer, Problem, Schemas } from './operations.js';

/** Where the service is, and how to reach it. */
export interface ClientSettings {
  /** `http://localhost:8080`, with the path of BASE_PATH where there is one. */
  readonly url: string;
  /** One of API_KEYS. */
  readonly apiKey?: string;
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * In the place of the global one. Node's gives up where no answer begins within 300 s; with an undici
   * `Agent` of another `headersTimeout` it waits for longer fits.
   */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** A request of a method with JSON, its answer JSON or text. */
export type JsonMethod<M extends Method> = <Path extends PathOf<M>>(
  path: Path,
  ...options: Arguments<JsonOptions<paths[Path][M]>>
) => Promise<Answer<JsonAnswer<paths[Path][M]>>>;

/**
 * A client of the service. A refusal is an answer (`error`), not an exception; a promise rejects where the
 * service cannot be reached (`TypeError`) and where something else answers ({@link UnexpectedAnswer}).
 */
export interface RewardCalibrationClient {
  readonly GET: JsonMethod<'get'>;
  readonly POST: JsonMethod<'post'>;
  readonly PUT: JsonMethod<'put'>;
  readonly DELETE: JsonMethod<'delete'>;
  /** Samples as lines (NDJSON); the parameters are in the query string. A body may be of any length. */
  readonly postLines: <Path extends PathReading<LinesMedia>>(
    path: Path,
    options: SamplesOptions<paths[Path]['post']> & {
      readonly lines: Iterable<LineOf<paths[Path]['post']>> | AsyncIterable<LineOf<paths[Path]['post']>>;
    },
  ) => Promise<Answer<LinesAnswer<paths[Path]['post']>>>;
  /** Samples as an Arrow stream, such as apache-arrow's `tableToIPC(table, 'stream')`. */
  readonly postArrow: <Path extends PathReading<ArrowMedia>>(
    path: Path,
    options: SamplesOptions<paths[Path]['post']> & {
      readonly stream: Uint8Array | ReadableStream<Uint8Array>;
    },
  ) => Promise<Answer<ArrowAnswer<paths[Path]['post']>>>;
  /** Adds middleware of openapi-fetch: retries, logs. */
  readonly use: (...middleware: Middleware[]) => void;
}

/**
 * A client of the service at `url`: `client.POST('/v1/fit', { body })` and so on, typed by its OpenAPI
 * document.
 *
 * @throws TypeError for a URL that is none of HTTP, and for a key that no header can carry.
 */
export function createRewardCalibrationClient(settings: ClientSettings): RewardCalibrationClient {
  const { url, apiKey, headers, fetch } = settings;
  if (!/^https?:$/.test(new URL(url).protocol))
    throw new TypeError('url: must begin with http:// or https://');
  const core = createClient<AnyPaths>({
    baseUrl: url,
    headers: { ...headers, ...(apiKey === undefined ? {} : { authorization: bearer(apiKey) }) },
    ...(fetch === undefined ? {} : { fetch }),
  });
  const ask = async (method: Method, path: string, options: AnyOptions = {}): Promise<Answer<Response>> => {
    const { error, response } = await core.request(method, path, { ...options, parseAs: 'stream' });
    if (response.ok) return { data: response, response };
    if (!isProblem(error)) throw new UnexpectedAnswer(response);
    return { error, response };
  };
  const json = (method: Method) => async (path: string, options?: AnyOptions) =>
    convert(await ask(method, path, options), readJson);
  const post = (path: string, type: string, body: unknown, { headers, ...options }: AnyOptions) =>
    ask('post', path, {
      ...options,
      headers: { ...headers, 'content-type': type },
      body,
      bodySerializer: (body) => body,
      // Fetch asks for this where a body is a stream.
      duplex: 'half',
    });
  const client = {
    GET: json('get'),
    POST: json('post'),
    PUT: json('put'),
    DELETE: json('delete'),
    postLines: async (path: string, { lines, ...options }: AnyOptions & { lines: Iterable<unknown> }) =>
      convert(await post(path, LINES, writeLines(lines), options), readLinesOrJson),
    postArrow: async (path: string, { stream, ...options }: AnyOptions & { stream: unknown }) =>
      convert(await post(path, ARROW, stream, options), readArrowOrJson),
    use: core.use,
  };
  return client as RewardCalibrationClient;
}

/** An answer that is neither a 2xx nor a problem of this service, such as the page of a proxy in between. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly response: Response;

  constructor(response: Response) {
    super(`${response.status} ${response.statusText} from ${response.url}: not an answer of the service`);
    this.response = response;
  }
}

/** The code of a refusal, by which to tell them apart: `no-curve`. The README lists all. */
export function problemCode({ type }: Problem): string {
  return type.slice(type.indexOf('#') + 1);
}

const LINES: LinesMedia = 'application/x-ndjson';
const ARROW: ArrowMedia = 'application/vnd.apache.arrow.stream';

/** The API without its types: {@link RewardCalibrationClient} has them. */
interface AnyPaths {
  readonly [path: string]: Record<Method, AnyOperation>;
}
interface AnyOperation {
  readonly parameters: { readonly query?: Record<string, unknown>; readonly path?: Record<string, string> };
  readonly requestBody?: { readonly content: { readonly 'application/json': unknown } };
  readonly responses: { readonly 200: { readonly content: { readonly 'application/json': unknown } } };
}
interface AnyOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly duplex?: 'half';
  readonly bodySerializer?: (body: unknown) => unknown;
}

function bearer(key: string): string {
  // Fetch would say so, too, and repeat the key.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new TypeError('apiKey: must be visible ASCII characters');
  return `Bearer ${key}`;
}

async function convert<Data>(
  answer: Answer<Response>,
  read: (response: Response) => Data | Promise<Data>,
): Promise<Answer<Data>> {
  if (answer.error !== undefined) return answer;
  return { data: await read(answer.data), response: answer.response };
}

const isOf = ({ headers }: Response, type: string) => headers.get('content-type')?.startsWith(type) ?? false;

const readJson = (response: Response): Promise<unknown> =>
  isOf(response, 'application/json') ? response.json() : response.text();

const readLinesOrJson = (response: Response): unknown =>
  isOf(response, LINES) ? readLines(response.body) : readJson(response);

const readArrowOrJson = async (response: Response): Promise<unknown> =>
  isOf(response, ARROW) ? new Uint8Array(await response.arrayBuffer()) : readJson(response);

/** Whether a parsed body is problem+json, as far as it takes to read one. */
export function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  return 'type' in body && typeof body.type === 'string' && 'errors' in body && Array.isArray(body.errors);
}
