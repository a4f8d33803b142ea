import type { Logger } from 'pino';
import type { RecoveryRule } from '../responses/response-recovery.js';

/** Warns, once per upstream, that responses are not found in its texts. */
export class WholeTextLog {
  readonly #log: Logger;
  readonly #warned = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** How the responses of a request were found. */
  add(upstream: string, rules: readonly RecoveryRule[]): void {
    if (this.#warned.has(upstream) || !rules.includes('whole')) return;
    this.#warned.add(upstream);
    this.#log.warn(
      { upstream },
      'no response was found in a text, so the whole text was measured, its prompt included: send prompts, or set chat_template or response_marker',
    );
  }
}
