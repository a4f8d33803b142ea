import { Table, tableToIPC, Vector, vectorFromArray } from 'apache-arrow';

/** An Arrow stream of these samples. */
export function arrowStream(
  { rewards, chars }: { readonly rewards: readonly number[]; readonly chars: readonly number[] },
  groups: Vector | Int32Array,
): Buffer {
  const table = new Table({
    rewards: vectorFromArray(Float64Array.from(rewards)),
    chars: vectorFromArray(Float64Array.from(chars)),
    groups: groups instanceof Vector ? groups : vectorFromArray(groups),
  });
  return Buffer.from(tableToIPC(table, 'stream'));
}
