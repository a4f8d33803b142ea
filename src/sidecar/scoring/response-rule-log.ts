import type { Logger } from 'pino';
import type { RecoveryRule } from '../responses/response-recovery.js';
import type { Upstream } from '../upstream/upstream.js';

const WHOLE =
  'no response was found in a text, so the whole text was measured, its prompt included: send prompts, or set chat_template or response_marker';
const OTHER_TEMPLATE =
  "a text does not have what this upstream's chat_template writes before an answer, so other rules found the response: is it the template of these texts?";

/** Warns, once per upstream, of texts in which no response is found, or not by the template configured. */
export class ResponseRuleLog {
  readonly #log: Logger;
  readonly #warned = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** How the responses of a request were found. */
  add(upstream: Upstream, rules: readonly RecoveryRule[]): void {
    const hasTemplate = upstream.chatTemplate !== undefined;
    if (rules.includes('whole')) this.#warn(upstream, WHOLE);
    if (hasTemplate && rules.some((rule) => rule === 'marker' || rule === 'generic' || rule === 'whole'))
      this.#warn(upstream, OTHER_TEMPLATE);
  }

  #warn({ name }: Upstream, message: string): void {
    const line = `${name} ${message}`;
    if (this.#warned.has(line)) return;
    this.#warned.add(line);
    this.#log.warn({ upstream: name }, message);
  }
}
