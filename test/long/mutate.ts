/** Whole numbers from 0 up to a bound, which it excludes. */
export type Random = (bound: number) => number;

const LARGE = 20_000;

/** Values that programs send by mistake or on purpose in place of any other. */
const STRANGE: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => '',
  () => [],
  () => ({}),
  () => -1,
  () => 0,
  () => 1.5,
  () => 1e308,
  () => -1.7976931348623157e308,
  () => 5e-324,
  () => 2 ** 53,
  () => 'NaN',
  () => '\ud800',
  () => '\u0000',
  () => '__proto__',
  () => 'a'.repeat(LARGE),
  () => '1. '.repeat(LARGE),
  () => '\n'.repeat(LARGE),
  () => '😀'.repeat(1_000),
  () => '</s>'.repeat(LARGE),
  () => Array(LARGE).fill(0),
  () => Array(LARGE).fill({}),
  () => Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, i])),
  () => nested(2_000),
];

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

/** A body changed in a few of its bytes or, where it is JSON, in a few of its values and keys. */
export function mutate(body: Buffer, type: string, random: Random): Buffer {
  const isText = !type.includes('arrow');
  return isText && random(3) > 0 ? mutateValues(body, type, random) : mutateBytes(body, random);
}

function mutateBytes(body: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(body);
  for (let changes = 1 + random(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random(bytes.length);
    const end = Math.min(bytes.length, at + 1 + random(16));
    const kinds: (() => Buffer)[] = [
      () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]),
      () => Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), Buffer.from([random(256)]), bytes.subarray(at)]),
      () => bytes.subarray(0, at),
      () => {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        return bytes;
      },
    ];
    bytes = kinds[random(kinds.length)]?.() ?? bytes;
  }
  return bytes;
}

function mutateValues(body: Buffer, type: string, random: Random): Buffer {
  const text = body.toString('utf8');
  const lines = type === 'application/json' ? [text] : text.split('\n');
  const at = random(lines.length);
  const changed = lines.map((line, i) => {
    if (i !== at || line === '') return line;
    let value: unknown = JSON.parse(line);
    for (let changes = 1 + random(3); changes > 0; changes--) value = changeOne(value, random);
    return JSON.stringify(value) ?? 'null';
  });
  return Buffer.from(changed.join('\n'));
}

/** The value with one value somewhere inside replaced, removed, renamed or repeated. */
function changeOne(value: unknown, random: Random): unknown {
  const isContainer = typeof value === 'object' && value !== null;
  if (!isContainer || random(8) === 0) return STRANGE[random(STRANGE.length)]?.();
  if (Array.isArray(value)) return changeList(value, random);
  const entries: [string, unknown][] = Object.entries(value);
  const at = random(entries.length + 1);
  const entry = entries[at];
  if (entry === undefined) return { ...value, [`new${random(9)}`]: STRANGE[random(STRANGE.length)]?.() };
  const [key, held] = entry;
  const kinds: (() => [string, unknown][])[] = [
    () => entries.with(at, [key, changeOne(held, random)]),
    () => entries.with(at, [key, changeOne(held, random)]),
    () => entries.filter((_, i) => i !== at),
    () => entries.with(at, [key.toUpperCase(), held]),
  ];
  return Object.fromEntries(kinds[random(kinds.length)]?.() ?? entries);
}

function changeList(list: readonly unknown[], random: Random): unknown {
  if (list.length === 0) return [STRANGE[random(STRANGE.length)]?.()];
  const at = random(list.length);
  const kinds: (() => unknown)[] = [
    () => list.with(at, changeOne(list[at], random)),
    () => list.with(at, changeOne(list[at], random)),
    () => list.filter((_, i) => i !== at),
    () => Array.from({ length: list.length * (1 + random(50)) }, (_, i) => list[i % list.length]),
  ];
  return kinds[random(kinds.length)]?.();
}
