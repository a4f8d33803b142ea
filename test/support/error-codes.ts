import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readImports } from './import-graph.js';

/**
 * The codes in the source: the first argument of a constructor of an error, the last of `brokenRule` and
 * of the refusals of `Violations`, constants, and the codes that stand for those of Fastify.
 */
export function errorCodes(): string[] {
  const source = new URL('../../src/', import.meta.url).pathname;
  const text = [...readImports(source).keys()]
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n');
  const found = [
    /new (?:Conflict|NotFound|Unreadable|Unavailable|TooLarge|InvalidInput|BadGateway|GatewayTimeout)\(\s*'([a-z0-9-]+)'/g,
    /\b(?:brokenRule|toError|refuse)\((?:[^;]*?,)?\s*'([a-z0-9]+(?:-[a-z0-9]+)+)',?\s*\)/g,
    /\bINVALID_INPUT = '([a-z-]+)'/g,
    /\bcode: '([a-z-]+)',\s*detail:/g,
    /\bproblemDetails\([^,]+,\s*'([a-z-]+)'/g,
  ].flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => code));
  return [...new Set(found)].sort();
}
