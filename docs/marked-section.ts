import { readFileSync, writeFileSync } from 'node:fs';

/** What stands between the comment markers of this name in a page. @throws Error where they are missing. */
export function readSection(page: URL, name: string): string {
  const { text, from, to } = locate(page, name);
  return text.slice(from, to).trim();
}

/** Replaces what stands between the comment markers of this name. @throws Error where they are missing. */
export function writeSection(page: URL, name: string, section: string): void {
  const { text, from, to } = locate(page, name);
  writeFileSync(page, `${text.slice(0, from)}\n\n${section.trim()}\n\n${text.slice(to)}`);
}

function locate(page: URL, name: string): { text: string; from: number; to: number } {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from)
    throw new Error(`${page.pathname} lacks the markers ${begin} and ${end}`);
  return { text, from, to };
}
