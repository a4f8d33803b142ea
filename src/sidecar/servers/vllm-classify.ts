import { z } from 'zod';
import { areRewards, readEntries, readShape, rewardSchema } from './answer-shape.js';
import { givenFields, inputOf } from './given-fields.js';
import { indexSchema, inOrder, isIndexedData } from './indexed-data.js';
import type { RewardServerContract } from './reward-server.js';
import { noActivation } from './vllm-activation.js';

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ index: indexSchema, probs: z.array(rewardSchema).nullish() })),
});

const isUsual = (answer: unknown): answer is z.output<typeof answerSchema> =>
  isIndexedData(answer, 'probs', areRewards);

/** A classification head behind vLLM. The reward is the last of `probs`. */
export const vllmClassify: RewardServerContract = {
  path: '/classify',
  buildRequest: (texts, upstream) => ({
    ...givenFields(texts, upstream),
    model: upstream.model ?? upstream.rewardModel,
    ...inputOf(texts),
    ...noActivation(upstream),
  }),
  readRewards(answer, count) {
    const entries = inOrder(readShape(answerSchema, isUsual, answer).data, count);
    return readEntries(entries, count, ({ probs }) => probs?.at(-1));
  },
};
