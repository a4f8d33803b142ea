/** One place of a request that breaks a rule. */
export interface BrokenPlace {
  /** JSON pointer into the request. */
  readonly path: string;
  readonly message: string;
}

/** What the page shows of a request that was not answered as asked. */
export interface Refusal {
  /** 0 where no answer came. */
  readonly status: number;
  readonly title: string;
  /** The stable code of the rule, such as `no-curve`. */
  readonly code: string;
  readonly detail: string;
  readonly places: readonly BrokenPlace[];
}

/** A refusal of the service (RFC 9457 problem+json), an answer of something between, or none. */
export class ApiError extends Error implements Refusal {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
  readonly places: readonly BrokenPlace[];

  constructor({ status, title, code, detail, places }: Refusal) {
    super(`${title}: ${detail}`);
    this.status = status;
    this.title = title;
    this.code = code;
    this.detail = detail;
    this.places = places;
  }
}

/** What the page reads of a problem+json body; `problem` of src/http/schemas is the whole. */
interface ApiProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly BrokenPlace[];
}

/**
 * Asks the reader for an API key; undefined where none is given.
 *
 * @param wasRefused whether one was sent that the service does not know.
 */
export type AskForKey = (wasRefused: boolean) => Promise<string | undefined>;

/** Parameters of a query string; undefined ones are left out, those of a list repeated. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A request besides its path. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Query;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * The service that serves this page. Paths are relative to the page (`v1/curves`, no leading slash), so that
 * they are right below any BASE_PATH.
 */
export class Api {
  /** In this tab's memory only: gone when the page is closed or loaded again. */
  #key = '';
  #askForKey: AskForKey = async () => undefined;
  #asked: Promise<boolean> | undefined;

  /** Who asks the reader for a key, where the service wants one. */
  whenUnauthorized(ask: AskForKey): void {
    this.#askForKey = ask;
  }

  get hasKey(): boolean {
    return this.#key !== '';
  }

  /** Sends `Authorization: Bearer KEY` from now on; an empty key sends none. */
  setKey(key: string): void {
    this.#key = key.trim();
  }

  /** The headers that every request carries, for requests that fetch cannot make (progress of an upload). */
  headers(): Record<string, string> {
    const accept = { accept: 'application/json' };
    return this.#key === '' ? accept : { ...accept, authorization: `Bearer ${this.#key}` };
  }

  /**
   * Asks the reader for a key after a 401, once for all requests that wait; whether to try again.
   */
  async obtainKey(): Promise<boolean> {
    this.#asked ??= this.#askForKey(this.hasKey).then((key) => {
      this.#asked = undefined;
      if (key === undefined) return false;
      this.setKey(key);
      return true;
    });
    return this.#asked;
  }

  /**
   * The parsed JSON of an answer; its shape is the caller's claim, from the OpenAPI document.
   *
   * @throws as {@link Api.send}.
   */
  async request<Answer>(path: string, request: ApiRequest = {}): Promise<Answer> {
    const answer = await this.send(path, request);
    return JSON.parse(await answer.text().catch(throwUnreachable));
  }

  /**
   * An answer as it comes. A 401 asks the reader for a key, and is tried again with it.
   *
   * @throws ApiError for every status that is no 2xx, and where there is no answer; an abort stays an
   *   AbortError.
   */
  async send(path: string, request: ApiRequest = {}): Promise<Response> {
    const { method = 'GET', query, json, signal } = request;
    const key = this.#key;
    const answer = await fetch(addressOf(path, query), {
      method,
      headers:
        json === undefined ? this.headers() : { ...this.headers(), 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch(throwUnreachable);
    if (answer.ok) return answer;
    // Another request may have brought a key meanwhile.
    const isWithAnother = answer.status === 401 && (key !== this.#key || (await this.obtainKey()));
    if (isWithAnother) return this.send(path, request);
    throw readRefusal(answer.status, await answer.text().catch(throwUnreachable));
  }
}

/** A relative address with its query string. */
export function addressOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value = []]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]),
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** The error of an answer that is no 2xx, from its status and body. */
export function readRefusal(status: number, body: string): ApiError {
  const problem = parseProblem(body);
  if (problem !== undefined) {
    const { type, errors, ...rest } = problem;
    return new ApiError({ ...rest, code: type.slice(type.indexOf('#') + 1), places: errors });
  }
  // A proxy between answers in its own words.
  const detail = `the answer has the status ${status} and is not from the service`;
  return new ApiError({ status, title: 'Unexpected answer', code: 'no-problem', detail, places: [] });
}

function parseProblem(body: string): ApiProblem | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isProblem(parsed) ? parsed : undefined;
  } catch {
    // HTML of a proxy: no problem+json.
    return undefined;
  }
}

function isProblem(value: unknown): value is ApiProblem {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'type' in value &&
    'title' in value &&
    'detail' in value &&
    'errors' in value &&
    Array.isArray(value.errors)
  );
}

function throwUnreachable(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error;
  const detail = 'no answer came: the service is not running, or the network is gone';
  throw new ApiError({ status: 0, title: 'Not reachable', code: 'unreachable', detail, places: [] });
}
