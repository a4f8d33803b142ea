import createClient, { type Middleware } from 'openapi-fetch';
import { ARROW, isOf, LINES, mediaOfAnswer } from './answer-media.js';
import { describeAnswer } from './describe-answer.js';
import { writeLines } from './line-pieces.js';
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
import { readWhileSending, readWhole } from './reading.js';
import type { paths } from './schema.js';
import { streamPieces, Upload } from './upload.js';

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
 * service cannot be reached (`TypeError`), where something else answers ({@link UnexpectedAnswer}), and with
 * what the caller's own lines or stream throw.
 */
export interface RewardCalibrationClient {
  readonly GET: JsonMethod<'get'>;
  readonly POST: JsonMethod<'post'>;
  readonly PUT: JsonMethod<'put'>;
  readonly DELETE: JsonMethod<'delete'>;
  /**
   * Samples as lines (NDJSON); the parameters are in the query string. A body may be of any length. To leave
   * the loop over the answers ends the request, and the source of the lines (its `return`).
   */
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
      readonly stream: ArrowStream;
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
  const ask = async (
    method: Method,
    path: string,
    media: string,
    options?: AnyOptions,
  ): Promise<Answer<Response>> => {
    // Elsewhere may be a page to log in, and the key and the samples are for this service.
    const settings = { ...options, redirect: 'manual', parseAs: 'stream' } as const;
    const { error, response } = await core.request(method, path, settings);
    if (response.ok && isOf(response, media)) return { data: response, response };
    if (!response.ok && isProblem(error)) return { error, response };
    if (!response.bodyUsed) await response.body?.cancel();
    throw new UnexpectedAnswer(response);
  };
  const json = (method: Method) => async (path: string, options?: AnyOptions) => {
    const answer = await ask(method, path, mediaOfAnswer(method, path), options);
    return answer.error === undefined
      ? { ...answer, data: await readWhole(answer.data, unexpected) }
      : answer;
  };
  const post = async (path: string, sent: LinesMedia | ArrowMedia, upload: Upload, options: AnyOptions) => {
    const media = mediaOfAnswer('post', path, sent);
    const sending = {
      ...options,
      headers: { ...options.headers, 'content-type': sent },
      body: upload.body,
      signal: upload.signal,
      bodySerializer: (body: unknown) => body,
      // Fetch asks for this where a body is a stream.
      duplex: 'half',
    } as const;
    try {
      const answer = await ask('post', path, media, sending);
      if (answer.error === undefined && media === LINES)
        return { ...answer, data: readWhileSending(answer.data, upload, unexpected) };
      const whole =
        answer.error === undefined ? { ...answer, data: await readWhole(answer.data, unexpected) } : answer;
      await upload.end();
      return whole;
    } catch (error) {
      // Where the caller's own lines or stream threw, this is what comes out.
      await upload.end();
      throw error;
    }
  };
  const client = {
    GET: json('get'),
    POST: json('post'),
    PUT: json('put'),
    DELETE: json('delete'),
    postLines: async (path: string, { lines, ...options }: AnyOptions & { lines: Iterable<unknown> }) =>
      post(path, LINES, new Upload(writeLines(lines), options.signal), options),
    postArrow: async (path: string, { stream, ...options }: AnyOptions & { stream: ArrowStream }) => {
      const content = stream instanceof Uint8Array ? stream : streamPieces(stream);
      return post(path, ARROW, new Upload(content, options.signal), options);
    },
    use: core.use,
  };
  return client as RewardCalibrationClient;
}

/** An answer that is not one of this service, such as the page of a proxy in between. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  /** Its status and headers; the body is gone. */
  readonly response: Response;

  constructor(response: Response, cause?: unknown) {
    super(`${describeAnswer(response)}: not an answer of the service`, cause === undefined ? {} : { cause });
    this.response = response;
  }
}

const unexpected = (response: Response, cause: unknown) => new UnexpectedAnswer(response, cause);

/** The code of a refusal, by which to tell them apart: `no-curve`. docs/errors.md lists all. */
export function problemCode({ type }: Problem): string {
  return type.slice(type.indexOf('#') + 1);
}

type ArrowStream = Uint8Array | ReadableStream<Uint8Array>;

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
  readonly signal?: AbortSignal;
  readonly body?: unknown;
  readonly duplex?: 'half';
  readonly bodySerializer?: (body: unknown) => unknown;
}

function bearer(key: string): string {
  // Fetch would say so, too, and repeat the key.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new TypeError('apiKey: must be visible ASCII characters');
  return `Bearer ${key}`;
}

/** Whether a parsed body is problem+json, as far as it takes to read one. */
function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  return 'type' in body && typeof body.type === 'string' && 'errors' in body && Array.isArray(body.errors);
}
