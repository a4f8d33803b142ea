import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** The service behind `npm run dev:page`, as `npm start` runs it. */
const SERVICE = 'http://127.0.0.1:8080';

/** Below this many bytes a compressed file is hardly smaller. */
const LEAST_COMPRESSED = 1_024;

/** Puts a Brotli and a gzip form beside each text of the bundle; the service sends what a browser takes. */
const compressed: Plugin = {
  name: 'compressed',
  generateBundle(_, bundle) {
    for (const [fileName, file] of Object.entries(bundle)) {
      const text = file.type === 'chunk' ? file.code : file.source;
      if (typeof text !== 'string' || text.length < LEAST_COMPRESSED) continue;
      this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(text) });
      this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(text) });
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
