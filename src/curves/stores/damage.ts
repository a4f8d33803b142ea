/** Thrown for what is stored and cannot be trusted; its message is the reason, without the place. */
export class Damage extends Error {
  /** The file that is wrong; empty where it is the folder itself. */
  readonly file: string;

  constructor(file: string, reason: string) {
    super(reason);
    this.file = file;
  }
}
