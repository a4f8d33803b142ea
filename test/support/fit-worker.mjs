// Worker threads load no TypeScript on Node 20, neither under vitest nor under tsx: this registers tsx first.
import { register } from 'tsx/esm/api';

register();
export const { warm, fit, fitCalibrate, leaderboard, evaluate, disputedPairs, verdict } = await import(
  '../../src/http/worker/worker.ts'
);
