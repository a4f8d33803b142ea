import { compileSchema } from './compiled-schema.js';
import { type CurveDocument, curveDocument, documentRules } from './document-schema.js';

let structure: ((value: unknown) => boolean) | undefined;

/**
 * Whether zod's schema of documents accepts a value unchanged: a compiled test of the same, which takes a
 * seventh of the time on a document with thousands of knots. Where it says no, the schema says why.
 */
export function isCurveDocument(given: unknown): given is CurveDocument {
  structure ??= compileSchema(curveDocument);
  if (!structure(given)) return false;
  let obeys = true;
  documentRules(given as CurveDocument, () => {
    obeys = false;
  });
  return obeys;
}
