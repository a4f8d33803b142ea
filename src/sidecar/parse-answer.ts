import { refuseDeepJson, refuseHeavyJson } from '../bytes/json-weight.js';
import { ServiceError } from '../calibration/errors.js';
import { wrongAnswer } from './servers/answer-shape.js';

/** A bare word that Python's `json` writes and JSON does not know. */
const NOT_FINITE = /-?\b(?:NaN|Infinity)\b/g;

const UTF_8 = new TextDecoder();

/**
 * Reads an answer. Keys that nobody knows go on to the caller, so it must be possible to write it again.
 *
 * @throws BadGateway (`upstream-wrong-answer`) when it is not JSON, nested too deeply, or would take too much memory.
 */
export function readAnswer(body: Buffer): unknown {
  try {
    refuseDeepJson(body);
    refuseHeavyJson(body);
    return parseAnswer(UTF_8.decode(body));
  } catch (error) {
    if (error instanceof ServiceError) throw wrongAnswer(error.message);
    // Its message quotes the text.
    if (error instanceof SyntaxError) throw wrongAnswer('it is not JSON');
    throw error;
  }
}

/**
 * Parses an answer as JSON. Python's `json` writes `NaN` and `Infinity` as bare words; they become null, so that one such
 * reward does not cost the batch.
 *
 * @throws SyntaxError when it is not JSON even so. Its message quotes the text: don't pass it on.
 */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const finite = replaceOutsideStrings(text, (json) => json.replace(NOT_FINITE, 'null'));
    if (finite === text) throw error;
    return JSON.parse(finite);
  }
}

/** JSON with what stands between its strings replaced. A string that does not end goes to the end of the text. */
function replaceOutsideStrings(text: string, replace: (json: string) => string): string {
  const parts: string[] = [];
  let index = 0;
  for (let opening = text.indexOf('"'); opening >= 0; opening = text.indexOf('"', index)) {
    const end = endOfString(text, opening);
    parts.push(replace(text.slice(index, opening)), text.slice(opening, end));
    index = end;
  }
  parts.push(replace(text.slice(index)));
  return parts.join('');
}

function endOfString(text: string, opening: number): number {
  let closing = text.indexOf('"', opening + 1);
  while (closing >= 0 && isEscaped(text, closing)) closing = text.indexOf('"', closing + 1);
  return closing < 0 ? text.length : closing + 1;
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(text: string, index: number): boolean {
  let start = index;
  while (text.charCodeAt(start - 1) === 0x5c) start--;
  return (index - start) % 2 === 1;
}
