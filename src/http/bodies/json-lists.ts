/** How many numbers become text at a time: some milliseconds of work. */
const PIECE = 8_192;

/**
 * An object with lists of numbers as JSON, a piece at a time. The text of millions of numbers takes five
 * times their memory, and writing it at once would block other requests.
 *
 * @param head the fields before the lists; at least one.
 * @param lists lists of finite numbers, keyed by name.
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
