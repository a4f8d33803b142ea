import {
  type ChatTemplateSource,
  LearntTemplate,
  UnlearnableTemplate,
} from '../responses/learnt-template.js';
import { readChatTemplate } from './chat-template-source.js';

/**
 * What the chat template of an upstream writes around an answer. The renderer is loaded only where there is a
 * template.
 *
 * @throws Error in one line that names the upstream and says why nothing can be learnt from its template.
 */
export async function learnTemplate(name: string, setting: string): Promise<LearntTemplate> {
  try {
    const source = readChatTemplate(setting);
    return LearntTemplate.learn(await renderer(source), source);
  } catch (error) {
    if (!(error instanceof UnlearnableTemplate)) throw error;
    throw new Error(`upstream "${name}": chat_template: ${error.message}`);
  }
}

async function renderer({ template, tokens }: ChatTemplateSource) {
  const { Template } = await import('@huggingface/jinja');
  try {
    const parsed = new Template(template);
    const globals = { bos_token: '', eos_token: '', ...tokens };
    return (variables: object) => parsed.render({ ...globals, ...variables });
  } catch (error) {
    throw new UnlearnableTemplate(
      `it is no Jinja template (${error instanceof Error ? error.message : error})`,
    );
  }
}
