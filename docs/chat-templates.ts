/**
 * Measures published chat templates, and writes the table of chat-templates.md, which
 * test/long/chat-templates.test.ts checks.
 *
 * Run as: npm run chat-templates   (needs Python and a package index)
 */
import { measureTemplates } from '../test/sidecar/templates/measure-templates.js';
import { renderTemplates } from '../test/sidecar/templates/template-environment.js';
import { chatTemplateTable } from './chat-template-table.js';
import { writeSection } from './marked-section.js';

const rendered = await renderTemplates();
if (typeof rendered === 'string') throw new Error(rendered);
writeSection(
  new URL('chat-templates.md', import.meta.url),
  'chat-templates',
  chatTemplateTable(await measureTemplates(rendered)),
);
