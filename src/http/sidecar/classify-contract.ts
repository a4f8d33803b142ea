import { classifyAnswer } from './answer.js';
import type { ContractOf } from './inbound-contract.js';
import { answerList, classifyList } from './indexed-list.js';
import { readConversation, readTexts } from './read-texts.js';
import { classifyForm, sglangClassifyForm } from './request-forms.js';
import { classifyBody } from './schema.js';
import { answerSglangClassify } from './sglang-classify-answer.js';

/** vLLM's and SGLang's `/classify`: the same path; the name of the field that holds the texts shows which. */
export const classifyContract: ContractOf<typeof classifyBody> = {
  path: '/classify',
  operationId: 'sidecarClassify',
  summary: "vLLM's and SGLang's /classify",
  body: classifyBody,
  answer: classifyAnswer,
  form: ({ text }) => (text == null ? classifyForm : sglangClassifyForm),
  read: ({ input, text, messages }) => {
    if (messages != null) return readConversation(messages);
    return text == null ? readTexts('input', input ?? []) : readTexts('text', text);
  },
  write: (scored, { text }) =>
    text == null ? answerList(classifyList, scored) : answerSglangClassify(scored),
};
