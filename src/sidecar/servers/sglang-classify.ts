import { z } from 'zod';
import { readEntries, readShape, rewardSchema } from './answer-shape.js';
import type { RewardServerContract } from './reward-server.js';

const answerSchema = z.array(z.looseObject({ embedding: z.array(rewardSchema).nullish() }));

/** SGLang's own `/classify`: a list in the order of the texts, the reward first in `embedding`. */
export const sglangClassify: RewardServerContract = {
  path: '/classify',
  buildRequest: (texts, { model, rewardModel }) => ({
    model: model ?? rewardModel,
    text: texts.map(({ text }) => text),
  }),
  readRewards: (answer, count) =>
    readEntries(readShape(answerSchema, answer), count, ({ embedding }) => embedding?.[0]),
};
