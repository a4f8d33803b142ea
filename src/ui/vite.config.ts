import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** The service behind `npm run dev:page`, as `npm start` runs it. */
const SERVICE = 'http://127.0.0.1:8080';

/** Below this many bytes a compressed file is hardly smaller. */
const LEAST_COMPRESSED = 1_024;

/**
 * Puts a Brotli and a gzip form beside each file of the bundle, from the file as it was written; the service
 * sends what a browser takes.
 */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir = '' }, bundle) {
    for (const file of Object.keys(bundle).filter((name) => name.startsWith('assets/'))) {
      const path = join(dir, file);
      const bytes = readFileSync(path);
      if (bytes.length < LEAST_COMPRESSED) continue;
      writeFileSync(`${path}.br`, brotliCompressSync(bytes));
      writeFileSync(`${path}.gz`, gzipSync(bytes));
    }
  },
};

/**
 * Bundles the page into `dist/ui`, where the service finds it. Its URLs are relative, so that it works below
 * any BASE_PATH, and nothing in it is inline, so that the Content-Security-Policy of the page can be strict.
 */
export default defineConfig({
  base: './',
  plugins: [compressed],
  build: {
    outDir: '../../dist/ui',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    // ECharts, loaded when a plot is first shown: 190 kB compressed.
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/v1': SERVICE, '/docs': SERVICE, '/openapi.json': SERVICE, '/health': SERVICE } },
});
