import { defineConfig } from 'vite';

/** The service behind `npm run dev:page`, as `npm start` runs it. */
const SERVICE = 'http://127.0.0.1:8080';

/**
 * Bundles the page into `dist/ui`, where the service finds it. Its URLs are relative, so that it works below
 * any BASE_PATH, and nothing in it is inline, so that the Content-Security-Policy of the page can be strict.
 */
export default defineConfig({
  base: './',
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
