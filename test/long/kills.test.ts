import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { killAgainAndAgain } from '../support/kill-again.js';

const KILLS = 200;

test(`loses no acknowledged curve to ${KILLS} kill -9`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reward-calibration-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const acknowledged = await killAgainAndAgain(`file:${join(folder, 'curves')}`, KILLS);
  process.stdout.write(`${KILLS} kills: ${acknowledged} acknowledged curves, none lost\n`);
  expect(acknowledged).toBeGreaterThanOrEqual(KILLS);
});
