import type { Logger } from 'pino';
import type { UpstreamMetrics } from '../../telemetry/upstream-metrics.js';
import type { Upstream } from './upstream.js';
import type { UpstreamObserver } from './upstream-client.js';

/** Counts and logs the events of an upstream's client. */
export function observerOf(metrics: UpstreamMetrics, log: Logger): (upstream: Upstream) => UpstreamObserver {
  return ({ name }) => ({
    answered: (seconds, texts) => {
      metrics.answered(name, seconds, texts);
      log.debug({ upstream: name, seconds, texts }, 'upstream answered');
    },
    failed: ({ code, message }) => {
      metrics.failed(name, code);
      log.warn({ upstream: name, code }, `upstream failed: ${message}`);
    },
    breaker: (state) => {
      metrics.breaker(name, state);
      log.warn({ upstream: name, state }, "the upstream's breaker");
    },
  });
}
