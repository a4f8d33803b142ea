import {
  FORMS,
  type Measured,
  type MeasuredForms,
  type MeasuredTemplate,
} from '../test/sidecar/templates/measure-templates.js';

const HEAD = [
  '| family | templates | rule alone | true length | text alone | templated prompt | bare prompt | with `chat_template` |',
  '|---|---|---|--:|--:|--:|--:|--:|',
];

/** The variants that trl trains with: the table has their originals, which are measured alike. */
export const TRAINING = /_training$/;

/** The table of docs/chat-templates.md: a row for the templates of a family that are measured alike. */
export function chatTemplateTable(all: readonly MeasuredTemplate[]): string {
  const rows = new Map<
    string,
    { readonly family: string; readonly cells: string; readonly names: string[] }
  >();
  for (const measured of all) {
    const { template, family } = measured.rendered;
    if (TRAINING.test(template)) continue;
    const cells = measuredCells(measured);
    const key = `${family} | ${cells}`;
    const row = rows.get(key) ?? { family, cells, names: [] };
    row.names.push(`\`${template}\``);
    rows.set(key, row);
  }
  const lines = [...rows.values()]
    .sort((a, b) => a.family.localeCompare(b.family, 'en'))
    .map(({ family, cells, names }) => `| ${family} | ${names.join(', ')} | ${cells} |`);
  return [...HEAD, ...lines].join('\n');
}

/** What a row says of a template but for its name: the same for templates that are measured alike. */
export function measuredCells({ rendered, byShape, byTemplate }: MeasuredTemplate): string {
  const lengths = new Set(rendered.conversations.map(({ length }) => length));
  const forms = FORMS.map((form) => lengthsOf(byShape.map((forms) => forms[form])));
  const rules = new Set(byShape.map(({ alone }) => `\`${alone.rule}\``));
  return [[...rules].join(' or '), [...lengths].join(' or '), ...forms, templateCell(byTemplate)].join(' | ');
}

/** The lengths of all forms with the upstream's template; one where they agree. */
function templateCell(byTemplate: readonly MeasuredForms[] | string): string {
  if (typeof byTemplate === 'string') return 'cannot be learnt';
  const forms = FORMS.map((form) => lengthsOf(byTemplate.map((forms) => forms[form])));
  return new Set(forms).size === 1 ? (forms[0] ?? '') : forms.join(', ');
}

/** The lengths of all conversations, wrong ones in bold. */
function lengthsOf(measured: readonly Measured[]): string {
  return [...new Set(measured.map(({ length, isRight }) => (isRight ? `${length}` : `**${length}**`)))].join(
    ' or ',
  );
}
