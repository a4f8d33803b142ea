import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** What a page of this service may load: its own files, and pictures that are written into them. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/**
 * Security headers for the pages of the scope that registers it. Answers of the API have none: no browser
 * shows them, and theirs is the hot path.
 */
export const securityHeaders = fastifyPlugin(async (pages: FastifyInstance) => {
  await pages.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    // Whether the host has HTTPS is known to the proxy that ends it, which also serves others.
    strictTransportSecurity: false,
    // Browsers complain of it on a page that comes by plain HTTP.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    // Of browsers that are gone.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    xDnsPrefetchControl: false,
  });
});
