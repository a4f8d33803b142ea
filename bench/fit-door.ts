import { z } from 'zod';
import { startService } from './http-servers.js';

const timed = z.object({ diagnostics: z.object({ fit_seconds: z.number() }) });

/** The built service's own door: what a user gets. */
export interface Door {
  /** Milliseconds that the answer to POST /v1/fit says its fit took. */
  fit(body: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts the built service; it is warm after its first fits. */
export async function openDoor(): Promise<Door> {
  const server = await startService({});
  const fit = async (body: string) => {
    const answer = await fetch(`${server.url}/v1/fit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`/v1/fit answered ${answer.status}: ${text}`);
    return 1_000 * timed.parse(JSON.parse(text)).diagnostics.fit_seconds;
  };
  return { fit, close: () => server.stop() };
}
