import fc from 'fast-check';

/** What JSON.parse may give in place of anything: 1e400 comes out of it as Infinity. */
const intruder = fc.oneof(
  fc.constantFrom(null, true, '', '1.5', 0, -1, 1.5, 1e308, Infinity, -Infinity, 2 ** 53, [], {}),
  fc.constantFrom(
    '\ud800',
    'a\udc00b',
    'rewards',
    'groups',
    ' name ',
    'auto',
    'lwr',
    'chars',
    'x'.repeat(201),
  ),
  fc.constantFrom({ name: 'chars' }, [{ name: 'words' }, { name: 'words' }], [1, null], { chars: 'a' }),
  fc.jsonValue() as fc.Arbitrary<unknown>,
);

/**
 * The body with a few changes: a value replaced, removed, added under some key, or
 * repeated, at a random place.
 */
export const mutations = fc.array(
  fc.record({
    steps: fc.array(fc.nat(), { maxLength: 5 }),
    kind: fc.constantFrom('replace', 'remove', 'add', 'repeat'),
    key: fc.constantFrom(
      'extra',
      'samples',
      'columns',
      'rewards',
      'groups',
      'chars',
      'frac',
      '1x',
      'response',
    ),
    value: intruder,
  }),
  { maxLength: 3 },
);

export type Mutation = typeof mutations extends fc.Arbitrary<(infer One)[]> ? One : never;

export function mutate(body: unknown, { steps, kind, key, value }: Mutation): unknown {
  const copy = structuredClone(body);
  let holder: Record<string, unknown> | undefined;
  let last = '';
  let at = copy;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null) break;
    const keys = Object.keys(at);
    if (keys.length === 0) break;
    holder = at as Record<string, unknown>;
    last = keys[step % keys.length] ?? '';
    at = holder[last];
  }
  if (kind === 'add' && typeof at === 'object' && at !== null && !Array.isArray(at))
    Object.assign(at, { [key]: value });
  else if (kind === 'repeat' && Array.isArray(at)) at.push(structuredClone(at[0]));
  else if (holder === undefined) return kind === 'replace' ? value : copy;
  else if (kind === 'remove' && !Array.isArray(holder)) delete holder[last];
  else holder[last] = value;
  return copy;
}
