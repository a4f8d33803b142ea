import type { z } from 'zod';
import { slimeBody, slimeQuery } from '../schemas/sidecar.js';
import { slimeAnswer } from '../schemas/sidecar-answers.js';
import type { ContractOf } from './inbound-contract.js';
import type { ScoredSamples, SentSamples } from './score-samples.js';
import type { JsonObject } from './upstream-entry.js';

type Slime = z.output<typeof slimeBody>;

/** slime's `--rm-type remote_rm` (`slime/rollout/rm_hub/__init__.py`). */
export const slimeContract: ContractOf<typeof slimeBody, typeof slimeQuery> = {
  path: '/slime',
  operationId: 'sidecarSlime',
  summary: "slime's remote reward model",
  body: slimeBody,
  query: slimeQuery,
  answer: slimeAnswer,
  read,
  write,
};

/** The sample of a slime request; the reward model reads prompt and response, one after the other. */
function read({ prompt, response, label }: Slime): SentSamples {
  const before = typeof prompt === 'string' ? prompt : joinMessages(prompt);
  const sample = {
    text: before + response,
    prompt: before,
    response,
    label: typeof label === 'string' ? label : null,
  };
  return { samples: [sample], place: 'response', isSingle: true };
}

/** The calibrated reward as a bare number, or under `reward_key` of an object with what it was made of. */
function write(
  { samples, version }: ScoredSamples,
  _body: Slime,
  { reward_key: key }: z.output<typeof slimeQuery>,
): number | null | JsonObject {
  const [{ reward = null, rawReward = null, bias = null, length = 0, rule } = {}] = samples;
  if (key === undefined) return reward;
  return {
    raw_reward: rawReward,
    bias,
    length,
    calibrated: version !== undefined,
    response_rule: rule,
    [key]: reward,
  };
}

/** The messages' texts, a blank line after each: there is no chat template here. */
function joinMessages(messages: Exclude<Slime['prompt'], string>): string {
  return messages.map(({ content }) => `${textOf(content)}\n\n`).join('');
}

function textOf(content: Exclude<Slime['prompt'], string>[number]['content']): string {
  if (content === null || typeof content === 'string') return content ?? '';
  return content.map(({ text = '' }) => text).join('');
}
