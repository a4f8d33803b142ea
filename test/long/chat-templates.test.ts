import { describe, expect, test } from 'vitest';
import { chatTemplateTable, measuredCells, TRAINING } from '../../docs/chat-template-table.js';
import { readSection } from '../../docs/marked-section.js';
import { FORMS, type MeasuredTemplate, measureTemplates } from '../sidecar/templates/measure-templates.js';
import { renderTemplates } from '../sidecar/templates/template-environment.js';

/** Forms in which a template's response is not found to the letter, and why; all others are right. */
const MEASURED_OTHERWISE: Readonly<Record<string, string>> = {
  'axolotl/llava alone': 'it ends an answer with a space, which may be the response’s own',
  'axolotl/llava templated': 'for the same reason',
  'axolotl/llava bare': 'for the same reason',
};

/** Templates from which nothing can be learnt, by the beginning of the reason. */
const UNLEARNABLE: Readonly<Record<string, string>> = {
  'axolotl/command_a': 'it renders no conversation: Cannot apply filter "upper"',
};

/** Responses of other kinds than the one that the table is made of. */
const OTHER_RESPONSES = [
  'R',
  'Rome: see [1] <https://example.org/a?b=c>',
  '# Rome\n\n## Why?\n\n| year | seat |\n|---|---|\n| 1871 | **Rome** |',
  '```py\nprint("<b>Rome</b>" if a < b else [0])\n```',
  '<p class="x">Rome</p>',
  '{"city": "Rome", "since": [1871]}',
  '羅馬。为什么？🏛️🏛️',
  '<think>\nItaly: Rome, or Turin?\n</think>\n\nRome 🏛️.',
];

const rendered = await renderTemplates();
if (typeof rendered === 'string')
  process.stdout.write(`skipped: published chat templates are not rendered: ${rendered}\n`);
const templates = typeof rendered === 'string' ? [] : await measureTemplates(rendered);

/** Every form of every conversation with what was measured, as `trl/qwen3 bare by template`. */
function measuredForms({ rendered: { template }, byShape, byTemplate }: MeasuredTemplate) {
  const all = [
    ...byShape.map((forms) => ({ forms, setting: '' })),
    ...(typeof byTemplate === 'string' ? [] : byTemplate).map((forms) => ({
      forms,
      setting: ' by template',
    })),
  ];
  return all.flatMap(({ forms, setting }) =>
    FORMS.map((form) => ({ name: `${template} ${form}${setting}`, ...forms[form] })),
  );
}

describe.skipIf(typeof rendered === 'string')('published chat templates', () => {
  test('are of at least 30 families, and refuse no conversation but those with a system prompt', () => {
    expect(new Set(templates.map((one) => one.rendered.family)).size).toBeGreaterThanOrEqual(30);
    expect(templates.filter((one) => !TRAINING.test(one.rendered.template)).length).toBeGreaterThan(70);
    for (const { rendered: one } of templates) {
      expect([2, 4], one.template).toContain(one.conversations.length);
      const expected = one.conversations.length === 4 ? [] : ['System role not supported'];
      expect(one.refusals, one.template).toEqual(expected);
    }
  });

  test('the response is found to the letter in all three forms, with and without chat_template', () => {
    const wrong = templates.flatMap(measuredForms).filter(({ isRight }) => !isRight);
    expect([...new Set(wrong.map(({ name }) => name))].sort()).toEqual(
      Object.keys(MEASURED_OTHERWISE).sort(),
    );
  });

  test('so are responses of other kinds, where the template writes them as they are', async () => {
    const all = await renderTemplates({ responses: OTHER_RESPONSES });
    if (typeof all === 'string') throw new Error(all);
    const measured = await measureTemplates(all);
    const forms = measured.flatMap(measuredForms);
    const wrong = forms.filter(({ name, isRight }) => !isRight && !(name in MEASURED_OTHERWISE));
    expect(wrong).toEqual([]);
    // Some templates write thoughts anew or leave them out; every other response is in every template.
    const written = all.map(({ conversations }) => new Set(conversations.map((one) => one.length)).size);
    expect(Math.min(...written)).toBeGreaterThanOrEqual(OTHER_RESPONSES.length - 1);
  });

  test('thoughts that a template writes count in every form, or in none', async () => {
    const thoughts = 'Italy: Rome, or Turin?';
    const rendered = await renderTemplates({ thoughts });
    if (typeof rendered === 'string') throw new Error(rendered);
    const thinking = rendered.filter(({ conversations }) => conversations.length > 0);
    expect(thinking.length).toBeGreaterThan(20);
    const withThoughts = (await measureTemplates(thinking)).flatMap(measuredForms);
    const wrong = withThoughts.filter(({ response }) => response.split(thoughts).length !== 2);
    expect(wrong).toEqual([]);
    const marked = withThoughts.filter(({ response }) => /<\|\w+\|>/.test(response));
    expect(marked).toEqual([]);
    const without = (await measureTemplates(thinking, false)).flatMap(measuredForms);
    expect(without.filter(({ isRight, name }) => !isRight && !(name in MEASURED_OTHERWISE))).toEqual([]);
  });

  test('each form is found by its rule', () => {
    for (const { rendered: one, byShape, byTemplate } of templates) {
      for (const [setting, all] of [['shape', byShape] as const, ['template', byTemplate] as const]) {
        if (typeof all === 'string') continue;
        for (const [i, { alone, templated, bare }] of all.entries()) {
          const { system, text } = one.conversations[i] ?? { system: null, text: '' };
          const name = `${one.template}, by ${setting}, conversation ${i}`;
          expect(setting === 'template' ? ['template'] : ['marker', 'generic'], name).toContain(alone.rule);
          // Mistral's templates write the system prompt before an unanswered question only.
          const isPromptThere = system === null || text.includes(system);
          expect(templated.rule, name).toBe(isPromptThere ? 'prompt' : alone.rule);
          expect(bare.rule, name).toBe('prompt');
        }
      }
    }
  });

  test('a template is learnt from its file, or the refusal names the upstream and says why', () => {
    const refused = templates.flatMap(({ rendered: { template }, byTemplate }) =>
      typeof byTemplate === 'string' ? [[template, byTemplate] as const] : [],
    );
    expect(refused.map(([template]) => template)).toEqual(Object.keys(UNLEARNABLE).sort());
    for (const [template, reason] of refused)
      expect(reason).toContain(`upstream "rm": chat_template: ${UNLEARNABLE[template]}`);
  });

  test('a training variant is measured as its original', () => {
    const originals = new Map(templates.map((one) => [one.rendered.template, one]));
    const variants = templates.filter((one) => TRAINING.test(one.rendered.template));
    expect(variants.length).toBeGreaterThan(25);
    for (const variant of variants) {
      const original = originals.get(variant.rendered.template.replace(TRAINING, ''));
      expect(original && measuredCells(original), variant.rendered.template).toBe(measuredCells(variant));
    }
  });

  test('docs/chat-templates.md has what was measured now', () => {
    const page = new URL('../../docs/chat-templates.md', import.meta.url);
    expect(readSection(page, 'chat-templates')).toBe(chatTemplateTable(templates));
  });
});
