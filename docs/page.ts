import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Replaces what a page has between its markers `<!-- mark -->` and `<!-- /mark -->`.
 *
 * @throws Error where the page lacks them.
 */
export function replaceSection(page: URL, mark: string, section: string): void {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`${page.pathname} lacks the markers ${begin} and ${end}`);
  writeFileSync(page, `${text.slice(0, from)}${begin}\n${section}\n${text.slice(to)}`);
}
