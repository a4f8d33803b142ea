import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { type Place, Unreadable } from '../../calibration/errors.js';

/** A key that could reach a prototype: written plainly, or with any of its characters escaped. */
const MARKS = ['__proto__', 'constructor', '\\u00'];

/**
 * Reads `application/json`. Stricter than JSON.parse: bytes that are not UTF-8 are refused rather than replaced (a
 * replaced byte changes a response's length), and so are the keys `__proto__` and `constructor.prototype`. The gate is
 * a byte search; only a body in which it finds something is walked, so a response that talks about `__proto__` passes.
 */
export const jsonBodyPlugin = fastifyPlugin(async (app: FastifyInstance) => {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) =>
    parseJson(body),
  );
});

/** @throws Unreadable `empty-body`, `not-utf-8`, `not-json` or `forbidden-key`; never quotes the body. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new Unreadable('empty-body', 'the body is empty');
  if (!isUtf8(body)) throw new Unreadable('not-utf-8', 'the body is not UTF-8');
  const value = parse(body.toString('utf8'));
  if (MARKS.some((mark) => body.includes(mark))) refuseForbiddenKeys(value, []);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message may quote the body, which may hold a prompt: only the position is passed on.
    const position = /position (\d+)/.exec(String(error))?.[1];
    const place = position === undefined ? '' : ` (at character ${position})`;
    throw new Unreadable('not-json', `the body is not valid JSON${place}`);
  }
}

function refuseForbiddenKeys(value: unknown, path: Place): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const place = [...path, key];
    if (key === '__proto__' || (key === 'constructor' && hasPrototype(inner))) {
      throw new Unreadable('forbidden-key', 'the body has a forbidden key', [
        { path: place, message: 'is a forbidden key' },
      ]);
    }
    refuseForbiddenKeys(inner, place);
  }
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
