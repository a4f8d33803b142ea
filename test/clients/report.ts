/** What was checked and what was skipped, line by line while it happens. */
export class Report {
  readonly #started = performance.now();
  readonly #skipped: string[] = [];
  #held = 0;

  say(line: string): void {
    const seconds = Math.round((performance.now() - this.#started) / 1000);
    process.stdout.write(`[${String(seconds).padStart(4)} s] ${line}\n`);
  }

  held(what: string): void {
    this.#held++;
    this.say(`ok: ${what}`);
  }

  skip(what: string, why: string): void {
    this.#skipped.push(what);
    this.say(`skipped: ${what}: ${why}`);
  }

  close(): void {
    const skipped = this.#skipped.length === 0 ? 'nothing skipped' : `skipped: ${this.#skipped.join('; ')}`;
    this.say(`clients: ${this.#held} checks held; ${skipped}`);
  }
}
