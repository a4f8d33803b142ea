import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { biasedColumns } from './app.js';
import { FITTED, postJson, startServer } from './server-process.js';

/**
 * Kills come this much later from round to round, so that they meet every step of a
 * save, and then start anew.
 */
const STEP_MILLISECONDS = 7;
const LATEST_MILLISECONDS = 150;

/**
 * Starts the built service on the same store again and again, fits without a pause, and kills it
 * with SIGKILL. After every start the service must hold at least the last version that it
 * acknowledged, and answer it in full.
 *
 * @returns how many curves were acknowledged.
 */
export async function killAgainAndAgain(storeUrl: string, kills: number): Promise<number> {
  let acknowledged = 0;
  for (let round = 0; round < kills; round++) {
    const server = await startServer({ STORE_URL: storeUrl, LOG_LEVEL: 'info' });
    const current = await currentVersion(server.url);
    expect(current).toBeGreaterThanOrEqual(acknowledged);
    acknowledged = current;
    acknowledged = await fitOnce(server.url);
    // Counted from the first fit on, however long the process took to start.
    const killed = sleep((STEP_MILLISECONDS * round) % LATEST_MILLISECONDS).then(() =>
      server.stop('SIGKILL'),
    );
    const endless = (async () => {
      for (;;) acknowledged = await fitOnce(server.url);
    })();
    await expect(endless).rejects.toThrow(TypeError);
    await killed;
  }
  return acknowledged;
}

async function currentVersion(url: string): Promise<number> {
  const history = await fetch(`${url}/v1/curves?reward_model=${encodeURIComponent(FITTED)}`);
  if (!history.ok) return 0;
  const { current } = (await history.json()) as { current: number };
  const exported = `${url}/v1/curves?reward_model=${encodeURIComponent(FITTED)}&version=${current}`;
  expect((await fetch(exported)).status).toBe(200);
  return current;
}

/** Fits; resolves to the version that was acknowledged, and throws when the connection breaks. */
async function fitOnce(url: string): Promise<number> {
  const { status, body } = await postJson(`${url}/v1/fit`, {
    reward_model: FITTED,
    columns: biasedColumns(30),
  });
  expect(status).toBe(200);
  return body.version;
}
