/**
 * What this process read from a reward model's folder, or wrote to it. No other process writes there: the
 * expected content of a file is known from here, never from the file itself.
 */
export interface KnownFolder {
  readonly nextVersion: number;
  /** SHA-256 of the file of every version that counts. */
  readonly checksums: ReadonlyMap<number, string>;
}
