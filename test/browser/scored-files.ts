/** A scored response, as its reward model would give it. */
export interface ScoredRow {
  readonly prompt: string;
  readonly response: string;
  readonly reward: number;
}

/** What no request with columns may hold: it stands in every response. */
export const SECRET = 'of this text nothing is sent';

/** Scored responses, several to a prompt; longer ones get higher rewards. */
export function scoredRows(count: number, perPrompt = 8): ScoredRow[] {
  return Array.from({ length: count }, (_, i) => {
    const words = 1 + ((i * 7919) % 40);
    return {
      prompt: `Question ${Math.floor(i / perPrompt)}, with a comma and "quotes"`,
      response: `${SECRET}:\n${'word '.repeat(words)}\u{1f600}`,
      reward: Number((Math.log(words) + 1.5 * Math.sin(i * 12.9898)).toFixed(4)),
    };
  });
}

/** Rows as JSON lines. */
export function toJsonLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Rows as CSV, with `\r\n` and a byte order mark, as spreadsheets write it. */
export function toCsv(rows: readonly ScoredRow[]): Buffer {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map(({ prompt, response, reward }) => `${quoted(prompt)};${reward};${quoted(response)}`);
  return Buffer.from(`\ufeffQuestion;RM score;The answer\r\n${lines.join('\r\n')}\r\n`);
}
