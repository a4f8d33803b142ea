import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/**
 * Takes BASE_PATH off the address of a request; an address without it stays as it is. So a reverse proxy may
 * take it off or leave it on.
 */
export function withoutBasePath(url: string, basePath: string): string {
  return basePath !== '' && url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url;
}

/** Puts BASE_PATH on where the routes of the scope redirect to; it has none without a base path. */
export const basePathPlugin = fastifyPlugin(
  async (pages: FastifyInstance, { basePath }: { basePath: string }) => {
    if (basePath === '') return;
    // The page's addresses are relative: they need the slash at the end.
    pages.get(basePath, { schema: { hide: true } }, async (_, reply) => reply.redirect('/', 308));
    pages.addHook('onSend', (_request, reply, _payload, done) => {
      const location = reply.getHeader('location');
      if (typeof location === 'string' && location.startsWith('/'))
        reply.header('location', basePath + location);
      done();
    });
  },
);
