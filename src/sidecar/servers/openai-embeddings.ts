import { z } from 'zod';
import { readEntries, readShape, rewardSchema } from './answer-shape.js';
import { indexSchema, inOrder } from './indexed-data.js';
import type { RewardServerContract } from './reward-server.js';

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ index: indexSchema, embedding: z.array(rewardSchema).nullish() })),
});

/** A reward model behind an OpenAI-style embeddings route (SGLang): the reward is the last of `embedding`. */
export const openaiEmbeddings: RewardServerContract = {
  path: '/v1/embeddings',
  buildRequest: (texts, { model, rewardModel }) => ({
    model: model ?? rewardModel,
    input: texts.map(({ text }) => text),
  }),
  readRewards(answer, count) {
    const entries = inOrder(readShape(answerSchema, answer).data, count);
    return readEntries(entries, count, ({ embedding }) => embedding?.at(-1));
  },
};
