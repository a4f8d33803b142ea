import { z } from 'zod';
import { readEntries, readShape, rewardSchema } from './answer-shape.js';
import { indexSchema, inOrder } from './indexed-data.js';
import type { RewardServerContract } from './reward-server.js';

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ index: indexSchema, probs: z.array(rewardSchema).nullish() })),
});

/**
 * A classification head behind vLLM; SGLang's `/v1/classify` answers alike (give its `url` with `/v1`).
 * `use_activation: false` asks for the reward itself: the default squeezes it through a sigmoid or softmax.
 * Before vLLM 0.11.2 the field was `activation` (`legacy_activation`). Never both: servers take unknown
 * fields, but some later versions take any value of `activation`, even `false`, for true
 * (`get_use_activation`, vllm/config/pooler.py).
 */
export const vllmClassify: RewardServerContract = {
  path: '/classify',
  buildRequest: (texts, { model, rewardModel, legacyActivation }) => ({
    model: model ?? rewardModel,
    input: texts.map(({ text }) => text),
    [legacyActivation ? 'activation' : 'use_activation']: false,
  }),
  readRewards(answer, count) {
    const entries = inOrder(readShape(answerSchema, answer).data, count);
    return readEntries(entries, count, ({ probs }) => probs?.at(-1));
  },
};
