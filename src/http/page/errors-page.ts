import type { FastifyInstance } from 'fastify';
import { ERRORS, type ErrorGuide } from './error-guide.js';

/** The target of every problem's `type`: /docs/errors#CODE, a section for each code. */
export async function errorsPage(pages: FastifyInstance): Promise<void> {
  const html = errorsHtml();
  pages.get('/docs/errors', { schema: { hide: true } }, async (_, reply) =>
    reply.type('text/html; charset=utf-8').send(html),
  );
  pages.get('/docs/errors.css', { schema: { hide: true } }, async (_, reply) =>
    reply.type('text/css; charset=utf-8').send(STYLE),
  );
}

const INTRODUCTION =
  'Every answer that is not a 2xx, but for those of `/health`, is `application/problem+json` (RFC 9457). Its `type` is the address of a section below and is stable; `errors` lists places as JSON pointers; `request_id` is in the log. A request that is refused changed nothing.';

/** The same as a page of the documentation: `docs/errors.md`, which `npm run errors` writes. */
export function errorsMarkdown(): string {
  const sections = ERRORS.map(
    ([code, { statuses, meaning, cause, remedy }]) =>
      `## ${code}\n\n${statuses.join(', ')}. ${meaning}\n\n- Cause: ${cause}\n- What to do: ${remedy}\n`,
  );
  return `# Errors\n\n<!-- Written by \`npm run errors\` from src/http/page/error-guide.ts. -->\n\n${INTRODUCTION}\n\n${sections.join('\n')}`;
}

function errorsHtml(): string {
  const links = ERRORS.map(([code]) => `<li><a href="#${code}">${code}</a></li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reward calibration · Errors</title>
<link rel="stylesheet" href="errors.css">
</head>
<body>
<main>
<h1>Errors</h1>
<p>${toHtml(INTRODUCTION)}</p>
<nav aria-label="Codes"><ul>
${links}
</ul></nav>
${ERRORS.map(sectionOf).join('\n')}
</main>
</body>
</html>
`;
}

function sectionOf([code, { statuses, meaning, cause, remedy }]: readonly [string, ErrorGuide]): string {
  return `<section id="${code}">
<h2><a href="#${code}">${code}</a> <small>${statuses.join(', ')}</small></h2>
<p>${toHtml(meaning)}</p>
<dl><dt>Cause</dt><dd>${toHtml(cause)}</dd><dt>What to do</dt><dd>${toHtml(remedy)}</dd></dl>
</section>`;
}

/** Text with marks of code as HTML. */
function toHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}

const STYLE = `:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem; }
nav ul { columns: 14rem; padding-left: 1.2rem; }
section { border-top: 1px solid GrayText; padding-top: 0.5rem; }
section:target { outline: 2px solid Highlight; outline-offset: 0.4rem; }
h2 { font-size: 1.15rem; }
h2 a { color: inherit; text-decoration: none; }
small { font-weight: normal; }
dt { font-weight: 600; }
dd { margin: 0 0 0.5rem; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; }
`;
