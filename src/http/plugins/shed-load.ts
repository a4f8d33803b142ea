import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { Unavailable } from '../../calibration/errors.js';
import { EventLoopRounds } from '../admission/event-loop-rounds.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The refusal of a request for whose body there is no time now; undefined where there is. */
    refuseLate: ((request: FastifyRequest) => Error | undefined) | null;
  }
}

/** A thousand small requests that come all at once are read within this time. */
const BURST_MILLISECONDS = 200;

/** A load that comes back within this time is not a new burst. */
const CALM_MILLISECONDS = 1_000;

/**
 * A trainer sends the samples of a rollout all at once, by the thousand, and waits for its reward-model
 * server anyway: what it waits here in addition matters less than a refusal.
 */
const LENIENCY_OF_SIDECAR = 100;

/** The first part of the paths of the sidecar. */
const SIDECAR = '/sidecar/';

/** Seconds after which a refused request may be tried again. */
const RETRY_AFTER_SECONDS = 1;

/** How often the log has a line about refusals: not one for each, which would take as long as answering. */
const LOG_MILLISECONDS = 1_000;

/** The code of these refusals. */
export const OVERLOADED = 'overloaded';

/**
 * Refuses what arrives beyond what the event loop has time for, before its body is read or at least before
 * it is parsed, so that what is taken is answered in time: see {@link EventLoopRounds}. Register it before
 * whatever costs time.
 */
export const shedLoadPlugin = fastifyPlugin(
  async (app: FastifyInstance, { milliseconds }: { milliseconds: number }) => {
    const rounds = new EventLoopRounds({
      wait: milliseconds,
      burst: BURST_MILLISECONDS,
      calm: CALM_MILLISECONDS,
    });
    let refused = 0;
    const report = () => {
      app.log.warn({ code: OVERLOADED, status: 503, refused }, 'requests refused');
      refused = 0;
    };
    const refusalOf = ({ url }: FastifyRequest, part: 'head' | 'body') => {
      if (rounds.takes(part, url.startsWith(SIDECAR) ? LENIENCY_OF_SIDECAR : 1)) return undefined;
      if (refused++ === 0) setTimeout(report, LOG_MILLISECONDS).unref();
      return overloaded();
    };
    const refuseLate = (request: FastifyRequest) => refusalOf(request, 'body');
    app.decorateRequest('refuseLate', null);
    app.addHook('onRequest', (request, _reply, done) => {
      request.refuseLate = refuseLate;
      done(refusalOf(request, 'head'));
    });
  },
);

function overloaded(): Unavailable {
  return new Unavailable(
    OVERLOADED,
    'more requests arrive than can be answered in time (MAX_EVENT_LOOP_DELAY)',
    RETRY_AFTER_SECONDS,
  );
}
