import compress from '@fastify/compress';
import underPressure from '@fastify/under-pressure';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Config } from './config.js';
import { CurveRegistry } from './curves/registry.js';
import type { CurveStore } from './curves/stores/curve-store.js';
import { Fitter } from './fitting/fitter.js';
import { SampleWindows } from './fitting/windows.js';
import { type Clock, SYSTEM_CLOCK } from './http/clock.js';
import { ARROW_STREAM } from './http/formats/arrow-stream.js';
import { NDJSON } from './http/formats/ndjson.js';
import { authPlugin } from './http/plugins/auth.js';
import { bodyDeadlinePlugin } from './http/plugins/body-deadline.js';
import { refuseConnection, refuseUrl } from './http/plugins/connection-errors.js';
import { gracefulClosePlugin } from './http/plugins/graceful-close.js';
import { jsonBodyPlugin } from './http/plugins/json-body.js';
import { openApiPlugin } from './http/plugins/openapi.js';
import { problemsPlugin } from './http/plugins/problems.js';
import { refusedBodiesPlugin } from './http/plugins/refused-bodies.js';
import { BrokenAnswerLog, requestId, requestLogPlugin } from './http/plugins/request-log.js';
import { sampleBodiesPlugin } from './http/plugins/sample-bodies.js';
import { startLinePlugin } from './http/plugins/start-line.js';
import { unreadBodiesPlugin } from './http/plugins/unread-bodies.js';
import { validationPlugin } from './http/plugins/validation.js';
import { calibrateRoute } from './http/routes/calibrate.js';
import { curvesRoutes } from './http/routes/curves.js';
import { evaluateRoute } from './http/routes/evaluate.js';
import { fitRoute } from './http/routes/fit.js';
import { fitCalibrateRoute } from './http/routes/fit-calibrate.js';
import { healthRoutes } from './http/routes/health.js';
import { leaderboardRoute } from './http/routes/leaderboard.js';
import { metricsRoute } from './http/routes/metrics.js';
import { preferencePairsRoute } from './http/routes/preference-pairs.js';
import { refitRoute } from './http/routes/refit.js';
import { sidecarRoutes } from './http/routes/sidecar.js';
import type { Services } from './http/services.js';
import { observerOf } from './http/sidecar/observe-upstreams.js';
import { SelfCalibration } from './http/sidecar/self-calibration.js';
import { ShadowLog } from './http/sidecar/shadow-log.js';
import type { WorkerTasks } from './http/worker-tasks.js';
import { Upstreams } from './sidecar/upstreams.js';
import { Metrics } from './telemetry/metrics.js';

/** Of a refused body so many times BODY_LIMIT is thrown away before its refusal: a body that is somewhat too large is read to its end. */
const DRAINED_BODIES = 4;

/** What the app is built from besides its configuration. */
export interface Dependencies {
  readonly store: CurveStore;
  /** The service's own version, for the OpenAPI document. */
  readonly version: string;
  /** Where the log goes, if not to standard output. */
  readonly logStream?: { write(line: string): void } | undefined;
  /** The fit worker's module, where it is not the compiled one. */
  readonly workerUrl?: URL | undefined;
  /** What self-calibration and shadow lines go by, if not this machine's clock. */
  readonly clock?: Clock | undefined;
}

/** Builds the service: curves loaded, routes registered, not yet listening. Closing it closes the store. */
export async function buildApp(config: Config, dependencies: Dependencies): Promise<FastifyInstance> {
  const { logStream } = dependencies;
  const app = Fastify({
    logger: { level: config.LOG_LEVEL, ...(logStream && { stream: logStream }) },
    logController: new BrokenAnswerLog(),
    genReqId: requestId,
    bodyLimit: config.BODY_LIMIT,
    clientErrorHandler: (error, socket) => refuseConnection(app.log)(error, socket),
    frameworkErrors: refuseUrl,
    // Bodies have a deadline of their own, which streams of lines do not: body-deadline.
    requestTimeout: 0,
    // In flight requests are finished while closing, and new ones on open connections are, too.
    return503OnClosing: false,
  });
  const services = await openServices(app, config, dependencies);
  const closing = { now: false };

  // First, so that a request that waits for its turn has cost nothing yet.
  await app.register(gracefulClosePlugin, closing);
  await app.register(problemsPlugin);
  await app.register(validationPlugin);
  await app.register(jsonBodyPlugin);
  await app.register(compress, {
    globalCompression: false,
    requestEncodings: ['gzip', 'br', 'zstd'],
  });
  await app.register(bodyDeadlinePlugin, { milliseconds: config.REQUEST_TIMEOUT });
  await app.register(refusedBodiesPlugin, {
    bytes: DRAINED_BODIES * config.BODY_LIMIT,
    milliseconds: config.REQUEST_TIMEOUT,
  });
  await app.register(requestLogPlugin, { metrics: services.metrics });
  await app.register(openApiPlugin, { version: dependencies.version });
  await app.register(startLinePlugin, {
    version: dependencies.version,
    store: config.STORE_URL,
    authentication: config.API_KEYS.length > 0,
    upstreams: config.upstreams.map(({ name }) => name),
    curves: () => services.registry.list().length,
    unreadable: () => services.registry.listUnreadable().length,
    storeState: () => services.registry.storeState(),
  });

  await app.register(healthRoutes, {
    isClosing: () => closing.now,
    storeState: () => services.registry.storeState(),
  });
  await app.register(metricsRoute, services);
  await app.register(async (api) => {
    if (config.API_KEYS.length > 0) await api.register(authPlugin, { keys: config.API_KEYS });
    await api.register(underPressure, { maxEventLoopDelay: config.MAX_EVENT_LOOP_DELAY, retryAfter: 1 });
    await api.register(async (taking) => {
      await taking.register(sampleBodiesPlugin, { lineLimit: config.LINE_LIMIT });
      await taking.register(calibrateRoute, services);
      await taking.register(preferencePairsRoute, services);
      await taking.register(async (unread) => {
        await unread.register(unreadBodiesPlugin);
        await unread.register(fitRoute, services);
        await unread.register(fitCalibrateRoute, services);
        await unread.register(async (json) => {
          // Pairs, outputs and baselines are lists of different things, which lines and columns of samples cannot hold.
          json.removeContentTypeParser([NDJSON, ARROW_STREAM]);
          await json.register(evaluateRoute, services);
          await json.register(leaderboardRoute, services);
        });
      });
    });
    await api.register(refitRoute, services);
    await api.register(curvesRoutes, services);
    await api.register(sidecarRoutes, services);
  });
  return app;
}

async function openServices(
  app: FastifyInstance,
  config: Config,
  dependencies: Dependencies,
): Promise<Services> {
  const metrics = new Metrics();
  const limits = { maxRewardModels: config.MAX_REWARD_MODELS, keepVersions: config.KEEP_VERSIONS };
  const registry = await CurveRegistry.open(dependencies.store, limits, {
    stored: (seconds) => metrics.stored(seconds),
    failed: (error) => {
      metrics.storeFailed();
      app.log.error({ err: error }, 'the store refused a change');
    },
    lost: (error) => app.log.error({ err: error }, 'the store takes no changes now'),
    unfinished: (error) =>
      app.log.error({ err: error }, 'a change is stored, but not all went well beside it'),
  });
  for (const { rewardModel, place, reason } of registry.listUnreadable()) {
    const unread =
      'stored curves cannot be read: this reward model answers 503 until they are restored or deleted';
    app.log.error({ rewardModel, place, reason }, unread);
  }
  metrics.unreadable(registry.listUnreadable().length);
  for (const { rewardModel } of registry.list()) {
    const curve = registry.current(rewardModel);
    if (curve) metrics.current(curve);
  }
  const workerUrl = dependencies.workerUrl ?? new URL('./http/worker.js', import.meta.url);
  const fitter = new Fitter<WorkerTasks>({
    threads: config.FIT_THREADS,
    queue: config.FIT_QUEUE,
    timeout: config.WORK_TIMEOUT,
    workerUrl,
    observer: {
      ended: (task, outcome) => metrics.worked(task, outcome),
      threadDied: (error) => app.log.error({ err: error }, 'a worker thread died'),
    },
  });
  const upstreams = await Upstreams.connect(config.upstreams, observerOf(metrics.upstreams, app.log));
  metrics.upstreams.watch(upstreams.all);
  const windows = new SampleWindows(config.WINDOW_SAMPLES);
  const clock = dependencies.clock ?? SYSTEM_CLOCK;
  const fitting = { fitter, registry, windows, metrics };
  const selfCalibration = new SelfCalibration(fitting, config.upstreams, clock, app.log);
  app.addHook('onClose', async () => {
    await upstreams.close();
    await selfCalibration.close();
    await fitter.close();
    await registry.close();
  });
  return {
    limits: {
      maxBatch: config.MAX_BATCH,
      maxFitSamples: config.MAX_FIT_SAMPLES,
      lineLimit: config.LINE_LIMIT,
    },
    ...fitting,
    upstreams,
    selfCalibration,
    shadowLog: new ShadowLog(app.log, clock),
  };
}
