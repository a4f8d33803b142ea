// The fit worker of the tests.
import { loadWorker } from './worker-module.mjs';

export const { warm, fit, fitCalibrate, leaderboard, evaluate, disputedPairs, verdict } =
  await loadWorker('worker');
