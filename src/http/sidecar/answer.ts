import { z } from 'zod';

/* The answers that trainers get. An upstream of the same contract may add any key, which passes through. */

const reward = z.number().nullable().describe('Calibrated; null only with `on_upstream_failure: null`');
const rewards = z.array(reward);
const usage = z.looseObject({}).optional().describe('Of the upstream requests that these texts were part of');

export const openrlhfAnswer = z
  .looseObject({
    rewards,
    scores: rewards.describe('The logistic function of the calibrated rewards: between 0 and 1'),
    extra_logs: z.looseObject({
      raw_reward: rewards.describe("As the reward model's server gave it"),
      bias: rewards.describe('Raw − calibrated'),
      length: z.array(z.int()).describe('Code points of the response'),
      calibrated: z.array(z.int()).describe('1, or 0 where there was no curve and in shadow mode'),
    }),
  })
  .meta({ id: 'OpenrlhfRewardAnswer', description: 'A reward a query' });

export const slimeAnswer = z
  .union([
    z.number().describe('The calibrated reward'),
    z.looseObject({
      raw_reward: z.number(),
      bias: z.number(),
      length: z.int(),
      calibrated: z.boolean(),
      response_rule: z.string(),
    }),
  ])
  .meta({ id: 'SlimeRewardAnswer', description: 'A bare number, or with `reward_key` an object' });

const listOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.looseObject({ object: z.string().optional(), model: z.string().optional(), data: z.array(entry), usage });

export const classifyListAnswer = listOf(
  z.looseObject({ index: z.int(), probs: rewards.describe('The reward is the last') }),
).meta({ id: 'ClassifyAnswer', description: 'A reward a text' });

const sglangEntry = z.looseObject({ embedding: rewards.describe('The reward is the first') });

export const classifyAnswer = z
  .union([classifyListAnswer, sglangEntry, z.array(sglangEntry)])
  .describe("A reward a text, in vLLM's or SGLang's form");

export const poolingAnswer = listOf(
  z.looseObject({ index: z.int(), data: z.unknown().describe('The reward is the last number') }),
).meta({ id: 'PoolingAnswer', description: 'A reward a text' });

export const embeddingsAnswer = listOf(
  z.looseObject({
    index: z.int(),
    embedding: z.union([rewards, z.string()]).describe('The reward is the last; text is base64'),
  }),
).meta({ id: 'EmbeddingsAnswer', description: 'A reward a text, as an embedding of one number' });

const prediction = z.looseObject({ score: reward, label: z.string() });

export const predictAnswer = z
  .union([z.array(prediction), z.array(z.array(prediction))])
  .meta({ id: 'PredictAnswer', description: 'Of a single text a list, of several a list of lists' });
