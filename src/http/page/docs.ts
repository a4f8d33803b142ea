import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { DOCS_SCRIPT, DOCS_STYLE } from './docs-theme.js';
import { ICON } from './icon.js';

/** The OpenAPI document as a page at /docs: Swagger UI under this project's name. */
export async function docsPage(pages: FastifyInstance, { basePath }: { basePath: string }): Promise<void> {
  await pages.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: basePath,
    // Without its header and logo. Deep links would be links inside of buttons, which screen readers skip.
    uiConfig: { layout: 'BaseLayout', deepLinking: false, syntaxHighlight: { theme: 'tomorrow-night' } },
    theme: {
      title: 'Reward calibration · API',
      favicon: [
        {
          filename: 'icon.svg',
          rel: 'icon',
          sizes: 'any',
          type: 'image/svg+xml',
          content: Buffer.from(ICON),
        },
      ],
      css: [{ filename: 'docs.css', content: DOCS_STYLE }],
      js: [{ filename: 'docs.js', content: DOCS_SCRIPT }],
    },
  });
}
