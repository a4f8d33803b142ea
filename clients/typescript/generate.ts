import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DOCUMENT = new URL('../../openapi/openapi.json', import.meta.url);
const FILE = new URL('./schema.ts', import.meta.url);

/** openapi-typescript 7 prints with TypeScript 5; the project has 7, so both come by npx. */
const PACKAGES = ['typescript@5.9.3', 'openapi-typescript@7.13.0'];

/** The first line of the schema: it names the document that the schema was made from. */
export function firstLine(): string {
  const hash = createHash('sha256').update(readFileSync(DOCUMENT)).digest('hex');
  return `// Made by \`npm run client\` from openapi/openapi.json, sha256 ${hash}`;
}

/**
 * The types of the OpenAPI document, as `schema.ts` has them. What is sent may be readonly, and a field with
 * a default may be left out.
 *
 * @throws where npx cannot install the generator, or where that fails.
 */
export function generateSchema(): string {
  const folder = mkdtempSync(join(tmpdir(), 'schema-'));
  try {
    const output = join(folder, 'schema.ts');
    const flags = ['--immutable', '--default-non-nullable=false'];
    const packages = PACKAGES.flatMap((name) => ['-p', name]);
    const command = ['openapi-typescript', DOCUMENT.pathname, '-o', output, ...flags];
    execFileSync('npx', ['--yes', ...packages, ...command], { stdio: 'pipe' });
    return `${firstLine()}\n\n${readFileSync(output, 'utf8')}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(FILE, generateSchema());
  console.log(`wrote ${FILE.pathname}`);
}
