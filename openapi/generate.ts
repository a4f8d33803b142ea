import { readFile, writeFile } from 'node:fs/promises';
import type {} from '@fastify/swagger';
import { buildApp } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { MemoryStore } from '../src/curves/stores/memory-store.js';

const FILE = new URL('./openapi.json', import.meta.url);

/** The OpenAPI document of the code as it is, exactly as the service serves it, formatted for a diff. */
export async function generateDocument(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  const app = await buildApp(readConfig({ LOG_LEVEL: 'silent' }), { store: new MemoryStore(), version });
  try {
    await app.ready();
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  await writeFile(FILE, await generateDocument());
  console.log(`wrote ${FILE.pathname}`);
}
