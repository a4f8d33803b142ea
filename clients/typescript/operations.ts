import type { components, paths } from './schema.js';

/** The documents of the API by name, such as `Schemas['FitRequest']`. */
export type Schemas = components['schemas'];

/** A refusal (RFC 9457). */
export type Problem = Schemas['Problem'];

/** The methods of the API. */
export type Method = 'get' | 'post' | 'put' | 'delete';

/** The paths that have a method. */
export type PathOf<M extends Method> = {
  [Path in keyof paths]: paths[Path][M] extends { responses: unknown } ? Path : never;
}[keyof paths];

/** The POST paths that read a body of this media type. */
export type PathReading<Media extends string> = {
  [Path in PathOf<'post'>]: Media extends keyof RequestContent<paths[Path]['post']> ? Path : never;
}[PathOf<'post'>];

/** The paths with a method that answers in this media type. */
export type PathAnswering<M extends Method, Media extends string> = {
  [Path in PathOf<M>]: Media extends keyof ResponseContent<paths[Path][M]> ? Path : never;
}[PathOf<M>];

/** What goes with every request. */
export interface RequestSettings {
  /** Ends the request, and the reading of its answer. */
  readonly signal?: AbortSignal;
  /** Further headers, such as `x-request-id`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a JSON request takes: its parameters, where it has some, and its body. */
export type JsonOptions<Operation> = RequestSettings &
  ([RequestContent<Operation>] extends [never]
    ? ParamsOption<Operation> & { readonly body?: never }
    : JsonParams<Operation> & {
        readonly body: RequestContent<Operation>[JsonMedia & keyof RequestContent<Operation>];
      });

/** What a request takes whose body is samples alone. */
export type SamplesOptions<Operation> = RequestSettings & ParamsOption<Operation>;

/** The arguments after the path: none are needed where every option may be left out. */
export type Arguments<Options> = object extends Options ? [options?: Options] : [options: Options];

/** One line of a body of NDJSON. */
export type LineOf<Operation> = RequestContent<Operation>[LinesMedia & keyof RequestContent<Operation>];

/** The answer to a JSON request: JSON, or text where there is no JSON. */
export type JsonAnswer<Operation> = JsonMedia extends keyof ResponseContent<Operation>
  ? ResponseContent<Operation>[JsonMedia & keyof ResponseContent<Operation>]
  : string;

/** The answer to lines: lines while they arrive, or JSON where all lines get one answer. */
export type LinesAnswer<Operation> = LinesMedia extends keyof ResponseContent<Operation>
  ? AsyncIterable<ResponseContent<Operation>[LinesMedia & keyof ResponseContent<Operation>]>
  : JsonAnswer<Operation>;

/** The answer to Arrow: an Arrow stream, or JSON where all samples get one answer. */
export type ArrowAnswer<Operation> = ArrowMedia extends keyof ResponseContent<Operation>
  ? Uint8Array
  : JsonAnswer<Operation>;

/**
 * What comes back: `data`, or `error` where the service refused. `response` has the status and the headers
 * (`x-request-id`, `x-curve-version`, `x-unused-characteristics`, `retry-after`).
 */
export type Answer<Data> =
  | { readonly data: Data; readonly error?: never; readonly response: Response }
  | { readonly data?: never; readonly error: Problem; readonly response: Response };

export type JsonMedia = 'application/json';
export type LinesMedia = 'application/x-ndjson';
export type ArrowMedia = 'application/vnd.apache.arrow.stream';

type RequestContent<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? Content
  : never;

type ResponseContent<Operation> = Operation extends { responses: { 200: { content: infer Content } } }
  ? Content
  : never;

/** Where a path reads several formats, the query string is for the others: with JSON, the body says all. */
type JsonParams<Operation> = LinesMedia extends keyof RequestContent<Operation>
  ? { readonly params?: never }
  : ParamsOption<Operation>;

type ParamsOption<Operation> = Operation extends { parameters: infer Parameters }
  ? ParamsIn<QueryOption<Parameters> & PathOption<Parameters>>
  : never;

type ParamsIn<Params> = object extends Params ? { readonly params?: Params } : { readonly params: Params };

type QueryOption<Parameters> = Parameters extends { query: infer Query }
  ? { readonly query: QueryValues<Query> }
  : Parameters extends { query?: infer Query }
    ? { readonly query?: QueryValues<NonNullable<Query>> }
    : unknown;

type PathOption<Parameters> = Parameters extends { path: infer Path } ? { readonly path: Path } : unknown;

/** Parameters that are text; the others may be given as what they are in JSON. */
type TextParameter = 'reward_model' | 'baseline' | 'concise' | 'verbose';

/** A query string is text: numbers and booleans are written as such. */
type QueryValues<Query> = {
  [Name in keyof Query]: Name extends TextParameter ? Query[Name] : Written<Query[Name]>;
};

type Written<Value> =
  | Value
  | (boolean extends (Value extends 'true' | 'false' ? boolean : never) ? boolean : never)
  | (string extends Value ? number : never);
