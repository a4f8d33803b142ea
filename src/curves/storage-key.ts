import { createHash } from 'node:crypto';

/**
 * The name of a reward model in stores: a SHA-256, which is a valid path everywhere, as
 * the name itself may not be.
 */
export function storageKey(rewardModel: string): string {
  return createHash('sha256').update(rewardModel).digest('hex');
}
