import { tokenBefore } from './bracketed-tokens.js';
import { TRAILING_TOKENS } from './chat-templates.js';
import type { SearchedText } from './text-search.js';
import { TokenNames } from './token-names.js';
import { isWhiteSpace, Tokens } from './tokens.js';

/** What ends the messages of one upstream: special tokens by name, and those that show it by their shape. */
export class MessageEnds {
  readonly #named: Tokens;

  /** @param names further tokens, before the usual ones. */
  constructor(names: readonly string[] = []) {
    this.#named = new Tokens([...names, ...TRAILING_TOKENS]);
  }

  /**
   * The place before `end` where a message ends without its final tokens and the white space after and
   * between them, but not before `start`. White space before the first of these tokens stays; without
   * tokens all of it stays.
   */
  endWithout(text: SearchedText, start: number, end = text.length): number {
    const names = new TokenNames();
    for (let last = end; ; ) {
      const named = this.#named.endWithout(text, start, last);
      const content = endWithoutSpace(text, start, named);
      const token = tokenBefore(text, content, start, names);
      if (token?.name.endsMessage !== true) return named;
      last = token.start;
    }
  }

  /** As {@link endWithout}, and without the white space of the message itself at its end. */
  contentEnd(text: SearchedText, start: number, end: number): number {
    return endWithoutSpace(text, start, this.endWithout(text, start, end));
  }
}

function endWithoutSpace(text: SearchedText, start: number, end: number): number {
  let last = end;
  while (last > start && isWhiteSpace(text.charCodeAt(last - 1))) last--;
  return last;
}
