import { Gatherer } from '../../src/sidecar/gathering/gatherer.js';
import type { ScoredBatch, TextToScore } from '../../src/sidecar/servers/reward-server.js';
import type { Upstream } from '../../src/sidecar/upstream/upstream.js';
import { BadGateway } from '../../src/sidecar/upstream-errors.js';

export type Limits = Upstream['batch'];
export const LIMITS: Limits = { size: 4, wait: 5, concurrency: 2, queue: 100 };

/**
 * What the simulated upstream does with a batch; texts are numbers, and a text's reward
 * is that number and a half.
 */
export interface Behaviour {
  /** Milliseconds for the batch with this number, from 0. */
  latency(batch: number): number;
  /** The whole batch fails, whatever is in it. */
  fails?(batch: number): boolean;
  /** The upstream refuses every batch that holds this text. */
  isPoison?(text: number): boolean;
  /** The upstream has no finite reward for this text. */
  isUnscored?(text: number): boolean;
}

export class BatchFailed extends Error {
  constructor(readonly texts: readonly number[]) {
    super('this batch failed');
  }
}

export const rewardOf = (text: number) => text + 0.5;
export const textOf = (text: number): TextToScore => ({ text: String(text) });
export const textsOf = (...texts: number[]) => texts.map(textOf);

/** An upstream that takes its time (of fake timers), and what it saw. */
export function simulate(limits: Limits, behaviour: Behaviour) {
  const batches: number[][] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const send = async (asked: readonly TextToScore[]): Promise<ScoredBatch> => {
    const texts = asked.map(({ text }) => Number(text));
    const batch = batches.push(texts) - 1;
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, behaviour.latency(batch)));
    underWay--;
    if (behaviour.fails?.(batch)) throw new BatchFailed(texts);
    if (texts.some((text) => behaviour.isPoison?.(text))) throw new BadGateway('upstream-refused', 'refused');
    const rewards = texts.map((text) => ({
      reward: behaviour.isUnscored?.(text) ? undefined : rewardOf(text),
      entry: text,
    }));
    return { rewards, answer: null };
  };
  const gatherer = new Gatherer(limits, send);
  return { gatherer, batches, mostUnderWay: () => mostUnderWay };
}

export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
export const rewardsOf = (texts: number[]) => texts.map((text) => ({ reward: rewardOf(text), entry: text }));
