import { createRequire } from 'node:module';
import type { z } from 'zod';
import { type Fields, SCORE_FIELDS } from '../servers/score-fields.js';
import { contractOf } from '../servers/servers.js';
import { resolveHeaders, toUpstream, type Upstream, upstreamsSchema } from './upstream.js';

/** Upstreams as text. */
export interface UpstreamsSource {
  readonly text: string;
  readonly format: 'json' | 'yaml';
}

/** A wrong place, such as `[0].kind`, and the rule. Never quotes a value: it may be a key. */
export interface UpstreamsProblem {
  readonly place: string;
  readonly message: string;
}

/** The upstreams, or what is wrong with them; one of the two lists is empty. */
export interface ReadUpstreams {
  readonly upstreams: readonly Upstream[];
  readonly problems: readonly UpstreamsProblem[];
}

/**
 * Reads upstreams, with defaults filled in and the code's names; `$NAME` in headers is
 * replaced from `environment`.
 */
export function readUpstreams(
  source: UpstreamsSource,
  environment: Readonly<Record<string, string | undefined>>,
): ReadUpstreams {
  const value = parseSource(source);
  if (value instanceof SyntaxProblem) return refused([{ place: '', message: value.message }]);
  const parsed = upstreamsSchema.safeParse(value);
  if (!parsed.success)
    return refused(parsed.error.issues.map((issue) => ({ place: placeOf(issue), message: issue.message })));
  const upstreams = parsed.data.map(toUpstream);
  const problems = upstreams.flatMap((upstream, i) => [
    ...urlProblems(upstream, i),
    ...parameterProblems(upstream, i),
  ]);
  return problems.length > 0 ? refused(problems) : withHeaders(upstreams, environment);
}

/** A URL that ends as the path begins that the service adds to it. */
function urlProblems({ kind, url }: Upstream, i: number): UpstreamsProblem[] {
  const { path } = contractOf(kind);
  const given = `/${new URL(url).pathname.split('/').filter(Boolean).join('/')}`;
  const [, first] = path.split('/');
  const repeated = [path, `/${first}`].find((part) => given.endsWith(part));
  if (repeated === undefined) return [];
  return [{ place: `[${i}].url`, message: `must be without ${repeated}: the service adds ${path}` }];
}

/** What is wrong with the parameters of an upstream: fields of another kind of server, or wrong values. */
function parameterProblems({ kind, parameters }: Upstream, i: number): UpstreamsProblem[] {
  const fields: Fields = SCORE_FIELDS[kind];
  return Object.entries(parameters).flatMap(([name, value]) => {
    const place = `[${i}].parameters.${name}`;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return [{ place, message: `is not a field of ${kind}` }];
    const { error } = field.safeParse(value);
    return (error?.issues ?? []).map(({ message }) => ({ place, message }));
  });
}

/** Text that is not in its format. */
class SyntaxProblem extends Error {}

function parseSource({ text, format }: UpstreamsSource): unknown {
  if (format === 'yaml') return parseYaml(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    // The place alone, since the parsers' messages quote the text.
    const position = error instanceof SyntaxError ? /position \d+/.exec(error.message)?.[0] : undefined;
    return new SyntaxProblem(`is not JSON${position ? ` (${position})` : ''}`);
  }
}

/** Loads the parser where there is YAML, since that takes as long as reading ten curves. */
function parseYaml(text: string): unknown {
  const { parse, YAMLParseError }: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    const [begin] = error instanceof YAMLParseError ? (error.linePos ?? []) : [];
    return new SyntaxProblem(`is not YAML${begin ? ` (line ${begin.line}, column ${begin.col})` : ''}`);
  }
}

function withHeaders(
  upstreams: readonly Upstream[],
  environment: Readonly<Record<string, string | undefined>>,
): ReadUpstreams {
  const problems: UpstreamsProblem[] = [];
  const resolved = upstreams.map((upstream, i) => {
    try {
      return { ...upstream, headers: resolveHeaders(upstream.headers, environment) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      problems.push({ place: `[${i}].headers`, message: error.message });
      return upstream;
    }
  });
  return problems.length > 0 ? refused(problems) : { upstreams: resolved, problems: [] };
}

function refused(problems: readonly UpstreamsProblem[]): ReadUpstreams {
  return { upstreams: [], problems };
}

function placeOf({ path }: z.core.$ZodIssue): string {
  return path
    .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${String(segment)}`))
    .join('');
}
