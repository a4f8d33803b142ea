/**
 * Fields of a request beside its texts that change the scores. They are sent to the server as they came, and
 * texts with different ones never share a request.
 */
export interface ScoreParameters {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The same for equal fields, in whatever order they were written; different for different ones. */
  readonly key: string;
}

/** Of a request that says nothing beside its texts. */
export const NO_PARAMETERS: ScoreParameters = { fields: {}, key: '' };

/** Conversations so far: each has a request of its own. */
let conversations = 0;

/**
 * A conversation as a parameter of a request to a server that applies its chat template itself (vLLM's
 * `messages`), beside other parameters. Such a request holds one sample, so that its key is its own.
 */
export function conversationParameters(
  messages: readonly unknown[],
  { fields }: ScoreParameters,
): ScoreParameters {
  return { fields: { ...fields, messages }, key: `conversation ${++conversations}` };
}

/** Fields as parameters. Null says as much as an absent field, and is never sent: servers differ in it. */
export function scoreParameters(given: Readonly<Record<string, unknown>>): ScoreParameters {
  const entries = Object.entries(given).filter(([, value]) => value != null);
  if (entries.length === 0) return NO_PARAMETERS;
  const fields = Object.fromEntries(entries);
  return { fields, key: canonical(fields) };
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, held]) => `${JSON.stringify(name)}:${canonical(held)}`).join()}}`;
}
