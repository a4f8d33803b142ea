/**
 * What this process read from a reward model's folder, or wrote to it. It is the only one that writes there: what a file is to hold is
 * known from here, and never from what lies there now.
 */
export interface KnownFolder {
  readonly nextVersion: number;
  /** SHA-256 of the file of every version that counts. */
  readonly checksums: ReadonlyMap<number, string>;
}
