import { z } from 'zod';
import { areRewards, isUsualObject, readEntries, readShape, rewardSchema } from './answer-shape.js';
import { givenFields } from './given-fields.js';
import type { RewardServerContract } from './reward-server.js';

const answerSchema = z.array(z.looseObject({ embedding: z.array(rewardSchema).nullish() }));

const isUsual = (answer: unknown): answer is z.output<typeof answerSchema> =>
  Array.isArray(answer) && answer.every((entry) => isUsualObject(entry) && areRewards(entry.embedding));

/**
 * SGLang's own `/classify`: a list in the order of the texts, the reward first in `embedding`. Always raw: no
 * field says so. (Its `/v1/classify` applies a softmax, which makes 1 of every reward; it is never asked.)
 */
export const sglangClassify: RewardServerContract = {
  path: '/classify',
  buildRequest: (texts, upstream) => ({
    ...givenFields(texts, upstream),
    model: upstream.model ?? upstream.rewardModel,
    text: texts.map(({ text }) => text),
  }),
  readRewards: (answer, count) =>
    readEntries(readShape(answerSchema, isUsual, answer), count, ({ embedding }) => embedding?.[0]),
};
