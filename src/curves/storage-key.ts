import { createHash } from 'node:crypto';

/** What stores call a reward model: its name may be anything printable, a SHA-256 of it is a path everywhere. */
export function storageKey(rewardModel: string): string {
  return createHash('sha256').update(rewardModel).digest('hex');
}
