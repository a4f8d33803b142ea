import { z } from 'zod';
import { areRewards, readEntries, readShape, rewardSchema } from './answer-shape.js';
import { readBase64Floats } from './base64-floats.js';
import { givenFields } from './given-fields.js';
import { indexSchema, inOrder, isIndexedData } from './indexed-data.js';
import type { RewardServerContract } from './reward-server.js';

/** Numbers, or text where the caller asked for `encoding_format: "base64"` and the server has it. */
const embeddingSchema = z.union([z.array(rewardSchema), z.string()], 'expected numbers, or base64');

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ index: indexSchema, embedding: embeddingSchema.nullish() })),
});

const isUsual = (answer: unknown): answer is z.output<typeof answerSchema> =>
  isIndexedData(answer, 'embedding', (value) => typeof value === 'string' || areRewards(value));

/**
 * A reward model behind an OpenAI-style embeddings route (SGLang): the reward is the last of `embedding`.
 * SGLang's reward models are never normalized; no field says so.
 */
export const openaiEmbeddings: RewardServerContract = {
  path: '/v1/embeddings',
  buildRequest: (texts, upstream) => ({
    ...givenFields(texts, upstream),
    model: upstream.model ?? upstream.rewardModel,
    input: texts.map(({ text }) => text),
  }),
  readRewards(answer, count) {
    const entries = inOrder(readShape(answerSchema, isUsual, answer).data, count);
    return readEntries(entries, count, ({ embedding }) =>
      (typeof embedding === 'string' ? readBase64Floats(embedding) : embedding)?.at(-1),
    );
  },
};
