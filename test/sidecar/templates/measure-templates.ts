import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countCodePoints } from '../../../src/calibration/samples/characteristics.js';
import type { LearntTemplate } from '../../../src/sidecar/responses/learnt-template.js';
import {
  type RecoveredResponse,
  type RecoveryRule,
  type RecoverySettings,
  ResponseRecovery,
} from '../../../src/sidecar/responses/response-recovery.js';
import { learnTemplate } from '../../../src/sidecar/upstream/learn-template.js';
import type { RenderedConversation, RenderedTemplate } from './template-environment.js';

/** How a trainer sends a conversation: without its prompt, with it as rendered, with the question. */
export const FORMS = ['alone', 'templated', 'bare'] as const;
export type Form = (typeof FORMS)[number];

/** A response as it was found in one form. */
export interface Measured {
  readonly rule: RecoveryRule;
  readonly response: string;
  readonly length: number;
  /** Whether it is what the template wrote, to the letter; without thoughts where they do not count. */
  readonly isRight: boolean;
}

/** One conversation in all forms. */
export type MeasuredForms = Readonly<Record<Form, Measured>>;

/** A template, measured in the order of its conversations. */
export interface MeasuredTemplate {
  readonly rendered: RenderedTemplate;
  /** By the shapes of marks, as an upstream without settings measures. */
  readonly byShape: readonly MeasuredForms[];
  /** With the template as the upstream's `chat_template`, or why nothing can be learnt from it. */
  readonly byTemplate: readonly MeasuredForms[] | string;
}

/** Measures every conversation, with and without the upstream's setting `chat_template`. */
export async function measureTemplates(
  all: readonly RenderedTemplate[],
  countThinking = true,
): Promise<MeasuredTemplate[]> {
  const measured: MeasuredTemplate[] = [];
  for (const rendered of all) {
    const { conversations } = rendered;
    const learnt = await learn(rendered);
    measured.push({
      rendered,
      byShape: measureAll(conversations, { countThinking, template: undefined }),
      byTemplate:
        typeof learnt === 'string' ? learnt : measureAll(conversations, { countThinking, template: learnt }),
    });
  }
  return measured;
}

function measureAll(
  conversations: readonly RenderedConversation[],
  settings: Pick<RecoverySettings, 'countThinking' | 'template'>,
): MeasuredForms[] {
  const recovery = new ResponseRecovery({ specialTokens: [], ...settings });
  return conversations.map((conversation) => {
    const { text, prompt, question } = conversation;
    const expected = settings.countThinking ? conversation.written : conversation.response;
    const measured = ({ response, rule }: RecoveredResponse): Measured => ({
      rule,
      response,
      length: countCodePoints(response),
      isRight: response === expected,
    });
    return {
      alone: measured(recovery.recover({ text })),
      templated: measured(recovery.recover({ text, prompt })),
      bare: measured(recovery.recover({ text, prompt: question })),
    };
  });
}

/** Learns from the template's file beside its tokenizer's configuration, as an operator would name it. */
async function learn({ path, tokens }: RenderedTemplate): Promise<LearntTemplate | string> {
  const folder = mkdtempSync(join(tmpdir(), 'chat-template-'));
  try {
    const file = join(folder, 'chat_template.jinja');
    copyFileSync(path, file);
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(tokens));
    return await learnTemplate('rm', file);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
