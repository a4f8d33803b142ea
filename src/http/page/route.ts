import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** What `npm run build` makes of src/ui: the same folder from the compiled service and from source. */
export const BUILT_PAGE = new URL('../../../dist/ui/', import.meta.url);

/** What a service answers at `/` whose page was not built. */
const NOT_BUILT = 'The page is not built: npm run build makes it. The API is documented at /docs.\n';

/** The forms that the build leaves beside a file; they have no address of their own. */
const COMPRESSED = /\.(?:br|gz)$/;

/**
 * The page at `/`, and what it loads below `/assets/`. What was built when the service started is served: the
 * files that `index.html` names and no others.
 */
export async function pageRoute(app: FastifyInstance, { folder }: { folder: URL }): Promise<void> {
  const index = new URL('index.html', folder);
  if (!existsSync(index)) {
    app.get('/', { schema: { hide: true } }, async (_, reply) =>
      reply.type('text/plain; charset=utf-8').send(NOT_BUILT),
    );
    return;
  }
  await serveAssets(app, new URL('assets/', folder));
  const html = readFileSync(index, 'utf8');
  app.get('/', { schema: { hide: true } }, async (_, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
  );
}

async function serveAssets(app: FastifyInstance, root: URL): Promise<void> {
  const names = readdirSync(root).filter((name) => !COMPRESSED.test(name));
  const files = new Set(names.map((name) => `/${name}`));
  await app.register(fastifyStatic, {
    root,
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    // Whatever is no file here gets the 404 of every other path, not the 403 or 400 of an odd one.
    allowedPath: (path) => files.has(path),
    preCompressed: true,
    setHeaders: (reply) => reply.setHeader('vary', 'accept-encoding'),
    // The name of a file changes with its content.
    immutable: true,
    maxAge: '1y',
  });
}
