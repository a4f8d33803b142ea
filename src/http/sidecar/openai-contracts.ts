import { classifyListAnswer, embeddingsAnswer, poolingAnswer } from './answer.js';
import { base64EmbeddingsList } from './base64-embeddings.js';
import type { ContractOf } from './inbound-contract.js';
import { answerList, classifyList, embeddingsList, poolingList } from './indexed-list.js';
import { readConversation, readTexts } from './read-texts.js';
import { embeddingsForm, openaiClassifyForm, poolingForm } from './request-forms.js';
import { embeddingsBody, openaiClassifyBody, poolingBody } from './schema.js';

/** SGLang's `/v1/classify`. */
export const openaiClassifyContract: ContractOf<typeof openaiClassifyBody> = {
  path: '/v1/classify',
  operationId: 'sidecarOpenaiClassify',
  summary: "SGLang's /v1/classify",
  body: openaiClassifyBody,
  answer: classifyListAnswer,
  form: () => openaiClassifyForm,
  read: ({ input }) => readTexts('input', input),
  write: (scored) => answerList(classifyList, scored),
};

/** vLLM's `/pooling`. */
export const poolingContract: ContractOf<typeof poolingBody> = {
  path: '/pooling',
  operationId: 'sidecarPooling',
  summary: "vLLM's /pooling",
  body: poolingBody,
  answer: poolingAnswer,
  form: () => poolingForm,
  read: ({ input, messages }) =>
    messages == null ? readTexts('input', input ?? []) : readConversation(messages),
  write: (scored) => answerList(poolingList, scored),
};

/** `/v1/embeddings`, as verl asks SGLang. */
export const embeddingsContract: ContractOf<typeof embeddingsBody> = {
  path: '/v1/embeddings',
  operationId: 'sidecarEmbeddings',
  summary: "OpenAI's and SGLang's /v1/embeddings",
  body: embeddingsBody,
  answer: embeddingsAnswer,
  form: () => embeddingsForm,
  read: ({ input }) => readTexts('input', input),
  write: (scored, { encoding_format: encoding }) =>
    answerList(encoding === 'base64' ? base64EmbeddingsList(scored.upstream.kind) : embeddingsList, scored),
};
