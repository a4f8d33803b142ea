/** A string of JSON, kept as it is, or a bare word that Python's `json` writes and JSON does not know. */
const STRING_OR_NOT_FINITE = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;

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
    const finite = text.replace(STRING_OR_NOT_FINITE, (match) => (match.startsWith('"') ? match : 'null'));
    if (finite === text) throw error;
    return JSON.parse(finite);
  }
}
