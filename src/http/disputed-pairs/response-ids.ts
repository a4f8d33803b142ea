import type { ResponseId } from '../../calibration/audit/disputed-pairs.js';

/** Checks that all responses of a request have an id, or none, and that those to one prompt differ. */
export class ResponseIds {
  #areNamed: boolean | undefined;
  readonly #ofPrompts = new Map<number, Set<string>>();

  /** Whether responses have ids; undefined before the first one. */
  get areNamed(): boolean | undefined {
    return this.#areNamed;
  }

  /** The rule that the next response's id breaks, if it breaks one; `prompt` is the number of its prompt. */
  brokenBy(id: ResponseId | undefined, prompt: number): string | undefined {
    this.#areNamed ??= id !== undefined;
    if (this.#areNamed !== (id !== undefined)) return 'must be given for every sample, or for none';
    if (id === undefined) return undefined;
    const names = this.#ofPrompts.get(prompt) ?? new Set();
    this.#ofPrompts.set(prompt, names);
    const name = String(id);
    if (names.has(name)) return 'must differ from the ids of the other responses to its prompt';
    names.add(name);
    return undefined;
  }

  /** Forgets the ids of a prompt that has no further responses. */
  forget(prompt: number): void {
    this.#ofPrompts.delete(prompt);
  }
}
