import { readFile, writeFile } from 'node:fs/promises';
import type {} from '@fastify/swagger';
import { buildApp } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { MemoryStore } from '../src/curves/stores/memory-store.js';

const FILE = new URL('./openapi.json', import.meta.url);

/**
 * The OpenAPI document that the code serves, formatted for a diff: schemas keep the order of the file, and
 * new ones come last. The service lists them in the order in which its files load, which a moved file
 * changes.
 */
export async function generateDocument(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  const app = await buildApp(readConfig({ LOG_LEVEL: 'silent' }), { store: new MemoryStore(), version });
  try {
    await app.ready();
    const document: Document = JSON.parse(JSON.stringify(app.swagger()));
    return `${JSON.stringify(await inOrderOfFile(document), null, 2)}\n`;
  } finally {
    await app.close();
  }
}

/** The parts of the document that this program reads. */
interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

async function inOrderOfFile(document: Document): Promise<Document> {
  const { schemas } = document.components;
  const filed: Document = JSON.parse(await readFile(FILE, 'utf8'));
  const names = new Set([...Object.keys(filed.components.schemas), ...Object.keys(schemas)]);
  const ordered = [...names].flatMap((name) => (name in schemas ? [[name, schemas[name]] as const] : []));
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(ordered) } };
}

if (process.argv[1] === import.meta.filename) {
  await writeFile(FILE, await generateDocument());
  console.log(`wrote ${FILE.pathname}`);
}
