import { z } from 'zod';
import {
  isReward,
  isUsualObject,
  readEntries,
  readShape,
  rewardSchema,
  wrongAnswer,
} from './answer-shape.js';
import { givenFields } from './given-fields.js';
import type { RewardServerContract } from './reward-server.js';

const labelsSchema = z.array(z.looseObject({ score: rewardSchema.optional() }));
const singleSchema = labelsSchema;
const batchSchema = z.array(labelsSchema);

const areLabels = (value: unknown): value is z.output<typeof labelsSchema> =>
  Array.isArray(value) && value.every((label) => isUsualObject(label) && isReward(label.score));
const isBatch = (answer: unknown): answer is z.output<typeof batchSchema> =>
  Array.isArray(answer) && answer.every(areLabels);

/**
 * text-embeddings-inference with a sequence classifier of one label. `raw_scores` asks for the reward
 * itself, not its sigmoid. Where nobody says otherwise, `truncate` scores the beginning of a text beyond the
 * model's length instead of refusing it.
 */
export const teiPredict: RewardServerContract = {
  path: '/predict',
  buildRequest: (texts, upstream) => ({
    truncate: true,
    ...givenFields(texts, upstream),
    inputs: texts.map(({ text }) => [text]),
    raw_scores: true,
  }),
  readRewards(answer, count) {
    const batch = isSingle(answer, count)
      ? [readShape(singleSchema, areLabels, answer)]
      : readShape(batchSchema, isBatch, answer);
    return readEntries(batch, count, ([label, ...others]) => {
      if (others.length > 0) throw wrongAnswer('the model has several labels; a reward model has one');
      return label?.score;
    });
  },
};

/** The answer for one text may be its labels alone, without the list around them. */
function isSingle(answer: unknown, count: number): boolean {
  return count === 1 && Array.isArray(answer) && answer.length > 0 && !Array.isArray(answer[0]);
}
