import type { z } from 'zod';
import type { ScoredSamples, SentSamples } from '../../sidecar/scoring/score-samples.js';
import { promptText } from '../schemas/chat-message.js';
import { slimeAnswer } from './answer.js';
import type { ContractOf } from './inbound-contract.js';
import { slimeForm } from './request-forms.js';
import { slimeBody, slimeQuery } from './schema.js';
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
  form: () => slimeForm,
  read,
  write,
};

/** The sample of a slime request; the reward model reads the prompt and then the response. */
function read({ prompt, response, label }: Slime): SentSamples {
  const before = promptText(prompt);
  const sample = { text: before + response, prompt: before, response, label };
  return { samples: [sample], place: 'response', isSingle: true };
}

/**
 * The calibrated reward as a bare number, or under `reward_key` of an object with the parts of the
 * calibration.
 */
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
