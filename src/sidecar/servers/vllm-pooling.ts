import { z } from 'zod';
import { areRewards, readEntries, readShape, rewardSchema } from './answer-shape.js';
import { givenFields, inputOf } from './given-fields.js';
import { indexSchema, inOrder, isIndexedData } from './indexed-data.js';
import type { RewardServerContract } from './reward-server.js';
import { noActivation } from './vllm-activation.js';

/** A number, a list, or a list for every token. */
const pooledSchema = z.union(
  [rewardSchema, z.array(rewardSchema), z.array(z.array(rewardSchema))],
  'expected a number, a list of numbers or a list for every token',
);

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ index: indexSchema, data: pooledSchema.optional() })),
});

const isUsual = (answer: unknown): answer is z.output<typeof answerSchema> =>
  isIndexedData(
    answer,
    'data',
    (value) => areRewards(value) || (Array.isArray(value) && value.every(areRewards)),
  );

/** Reward pooling behind vLLM. The reward is the last number: that of the last token. */
export const vllmPooling: RewardServerContract = {
  path: '/pooling',
  buildRequest: (texts, upstream) => ({
    ...givenFields(texts, upstream),
    model: upstream.model ?? upstream.rewardModel,
    ...inputOf(texts),
    ...noActivation(upstream),
  }),
  readRewards(answer, count) {
    const entries = inOrder(readShape(answerSchema, isUsual, answer).data, count);
    return readEntries(entries, count, ({ data }) => lastNumber(data));
  },
};

function lastNumber(pooled: z.output<typeof pooledSchema> | undefined): number | null | undefined {
  const last = Array.isArray(pooled) ? pooled.at(-1) : pooled;
  return Array.isArray(last) ? last.at(-1) : last;
}
