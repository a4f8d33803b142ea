/** Numbers that become text at a time: some milliseconds' worth. */
const PIECE = 8_192;

/**
 * An object with lists of numbers as JSON, a piece at a time: of millions of numbers the text takes five times as much memory as
 * they do, and all of it at once would hold up everybody else.
 *
 * @param head what stands before the lists; at least one field.
 * @param lists finite numbers, by name.
 */
export function* jsonWithLists(
  head: object,
  lists: Readonly<Record<string, Float64Array | readonly number[]>>,
): Generator<string> {
  yield JSON.stringify(head).slice(0, -1);
  for (const [name, numbers] of Object.entries(lists)) {
    yield `,${JSON.stringify(name)}:[`;
    for (let from = 0; from < numbers.length; from += PIECE)
      yield (from > 0 ? ',' : '') + numbers.slice(from, from + PIECE).join();
    yield ']';
  }
  yield '}';
}
