import type { z } from 'zod';
import type { ScoredSample, ScoredSamples, SentSamples } from '../../sidecar/scoring/score-samples.js';
import { predictAnswer } from './answer.js';
import type { ContractOf } from './inbound-contract.js';
import { readTexts } from './read-texts.js';
import { predictForm } from './request-forms.js';
import { predictBody } from './schema.js';
import { asObject, entryOf, type JsonObject } from './upstream-entry.js';

/** text-embeddings-inference. */
export const predictContract: ContractOf<typeof predictBody> = {
  path: '/predict',
  operationId: 'sidecarPredict',
  summary: "text-embeddings-inference's /predict",
  body: predictBody,
  answer: predictAnswer,
  form: () => predictForm,
  read,
  write,
};

/**
 * The samples of a text-embeddings-inference request: `["text"]` is one text, `[["text"]]` a batch of one.
 */
function read({ inputs }: z.output<typeof predictBody>): SentSamples {
  if (typeof inputs === 'string') return readTexts('inputs', inputs);
  const texts = inputs.flat();
  const [only = ''] = texts;
  return readTexts('inputs', typeof inputs[0] === 'string' ? only : texts);
}

/**
 * The answer of `/predict`: a list of labels for one text, or such a list for each text. A reward model has
 * one label.
 */
function write(scored: ScoredSamples): readonly JsonObject[] | readonly JsonObject[][] {
  const labels = (sample: ScoredSample): JsonObject[] => {
    const [entry = { label: 'LABEL_0' }] = [entryOf(sample, scored, 'tei-predict')].flat();
    return [{ ...asObject(entry), score: sample.reward }];
  };
  const answers = scored.samples.map(labels);
  return scored.isSingle ? (answers[0] ?? []) : answers;
}
