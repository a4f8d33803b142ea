import type { ArrowMedia, JsonMedia, LinesMedia, Method, PathAnswering, PathOf } from './operations.js';
import type { paths } from './schema.js';

export const JSON_MEDIA: JsonMedia = 'application/json';
export const LINES: LinesMedia = 'application/x-ndjson';
export const ARROW: ArrowMedia = 'application/vnd.apache.arrow.stream';

/** What is neither JSON nor in the format of the request. */
const TEXTS: { readonly [Path in Exclude<PathOf<'get'>, PathAnswering<'get', JsonMedia>>]: MediaOf<Path> } = {
  '/metrics': 'text/plain',
  '/v1/curves/plot': 'image/svg+xml',
};
type MediaOf<Path extends PathOf<'get'>> = keyof paths[Path]['get']['responses'][200]['content'];

/** Where an answer is in the format of the request; elsewhere all samples get one answer in JSON. */
const ANSWERED_IN_LINES: Readonly<Record<PathAnswering<'post', LinesMedia>, true>> = {
  '/v1/calibrate': true,
  '/v1/preference-pairs': true,
};
const ANSWERED_IN_ARROW: Readonly<Record<PathAnswering<'post', ArrowMedia>, true>> = {
  '/v1/calibrate': true,
};

/** The media type in which the service answers; `sent` is that of the body. */
export function mediaOfAnswer(method: Method, path: string, sent?: LinesMedia | ArrowMedia): string {
  if (sent === LINES && Object.hasOwn(ANSWERED_IN_LINES, path)) return LINES;
  if (sent === ARROW && Object.hasOwn(ANSWERED_IN_ARROW, path)) return ARROW;
  const texts: Readonly<Record<string, string>> = TEXTS;
  return (method === 'get' && Object.hasOwn(texts, path) ? texts[path] : undefined) ?? JSON_MEDIA;
}

/** Whether an answer says that it is of a media type, with or without parameters (`; charset=utf-8`). */
export function isOf({ headers }: Response, media: string): boolean {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase() === media;
}
