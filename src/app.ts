import compress from '@fastify/compress';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import { type Logger, pino } from 'pino';
import { ByteBudget } from './bytes/byte-budget.js';
import { Unavailable } from './calibration/errors.js';
import type { Config } from './config.js';
import { CurveRegistry } from './curves/registry.js';
import type { CurveStore } from './curves/stores/curve-store.js';
import { Fitter, type FitterObserver } from './fitting/fitter.js';
import { SampleWindows } from './fitting/sample-windows.js';
import { activityRoute } from './http/activity/route.js';
import { Connections } from './http/admission/connections.js';
import { calibrateRoute } from './http/calibrate/route.js';
import { auditRoutes } from './http/curves/audit-route.js';
import { densityRoute } from './http/curves/density-route.js';
import { curvesRoutes } from './http/curves/route.js';
import { strengthRoute } from './http/curves/strength-route.js';
import { disputedPairsRoute } from './http/disputed-pairs/route.js';
import { evaluateRoute } from './http/evaluate/route.js';
import { refitRoute } from './http/fit/refit-route.js';
import { fitRoute } from './http/fit/route.js';
import { fitCalibrateRoute } from './http/fit-calibrate/route.js';
import type { PlotTasks } from './http/jobs/plot-tasks.js';
import type { WorkerTasks } from './http/jobs/worker-tasks.js';
import { leaderboardRoute } from './http/leaderboard/route.js';
import { healthRoutes } from './http/operation/health.js';
import { metricsRoute } from './http/operation/metrics-route.js';
import { basePathPlugin, withoutBasePath } from './http/page/base-path.js';
import { docsPage } from './http/page/docs.js';
import { errorsPage } from './http/page/errors-page.js';
import { BUILT_PAGE, pageRoute } from './http/page/route.js';
import { securityHeaders } from './http/page/security-headers.js';
import { plotRoute } from './http/plot/route.js';
import { authPlugin } from './http/plugins/auth.js';
import {
  columnsReader,
  jsonReader,
  linesReader,
  unreadColumns,
  unreadJson,
} from './http/plugins/body-readers.js';
import { bytesInFlightPlugin } from './http/plugins/bytes-in-flight.js';
import { connectionErrorsPlugin, refuseConnection, refuseUrl } from './http/plugins/connection-errors.js';
import { CONTENT_ENCODINGS, contentEncodingPlugin } from './http/plugins/content-encoding.js';
import { gracefulClosePlugin } from './http/plugins/graceful-close.js';
import { limitConnectionsPlugin } from './http/plugins/limit-connections.js';
import { limitStreamsPlugin } from './http/plugins/limit-streams.js';
import { openApiPlugin } from './http/plugins/openapi.js';
import { problemsPlugin } from './http/plugins/problems.js';
import { refusedBodiesPlugin } from './http/plugins/refused-bodies.js';
import { rehearsalPlugin } from './http/plugins/rehearsal-plugin.js';
import { BrokenAnswerLog, requestId, requestLogPlugin } from './http/plugins/request-log.js';
import { shedLoadPlugin } from './http/plugins/shed-load.js';
import { headTimeouts, slowClientsPlugin } from './http/plugins/slow-clients.js';
import { startLinePlugin } from './http/plugins/start-line.js';
import { unknownFieldsPlugin } from './http/plugins/unknown-fields.js';
import { validationPlugin } from './http/plugins/validation.js';
import { preferencePairsRoute } from './http/preference-pairs/route.js';
import type { Services } from './http/services.js';
import { sidecarRoutes } from './http/sidecar/route.js';
import { tidySidecarPath } from './http/sidecar/tidy-path.js';
import { verdictRoute } from './http/verdict/route.js';
import { type Clock, SYSTEM_CLOCK } from './service/clock.js';
import { ResponseRuleLog } from './sidecar/scoring/response-rule-log.js';
import { SelfCalibration } from './sidecar/scoring/self-calibration.js';
import { ShadowLog } from './sidecar/scoring/shadow-log.js';
import { observerOf } from './sidecar/upstream/observe-upstreams.js';
import { Upstreams } from './sidecar/upstream/upstreams.js';
import { watchUnderWay } from './telemetry/admission-metrics.js';
import { Metrics } from './telemetry/metrics.js';

/**
 * A refused body is read and dropped up to this many times BODY_LIMIT, so that its sender gets the refusal.
 */
const DRAINED_BODIES = 4;

/** Plots that may wait for their thread, which takes about a tenth of a second for one. */
const PLOT_QUEUE = 32;

/** Milliseconds after which a thread that draws nothing is ended, and the memory of ECharts is free. */
const PLOT_IDLE_TIMEOUT = 60_000;

/** What the app is built from, besides its configuration. */
export interface Dependencies {
  readonly store: CurveStore;
  /** The service's own version, for the OpenAPI document. */
  readonly version: string;
  /** Where the log goes, if not to standard output. */
  readonly logStream?: { write(line: string): void } | undefined;
  /** The fit worker's module, where it is not the compiled one. */
  readonly workerUrl?: URL | undefined;
  /** The module of the thread that draws plots, where it is not the compiled one. */
  readonly plotWorkerUrl?: URL | undefined;
  /** The clock of self-calibration, shadow lines and recent activity, if not this machine's. */
  readonly clock?: Clock | undefined;
  /** Whether the service runs its own code once it listens, so that first requests find it compiled. */
  readonly rehearses?: boolean | undefined;
  /** The folder of the built page, if not the package's own. */
  readonly pageFolder?: URL | undefined;
}

/** Builds the service: curves loaded, routes registered, not yet listening. Closing it closes the store. */
export async function buildApp(config: Config, dependencies: Dependencies): Promise<FastifyInstance> {
  const { logStream } = dependencies;
  const log = logStream ? pino({ level: config.LOG_LEVEL }, logStream) : pino({ level: config.LOG_LEVEL });
  // Typed as Fastify's own, so that the app is a FastifyInstance as every plugin knows it.
  const loggerInstance: FastifyBaseLogger = log;
  const app = Fastify({
    loggerInstance,
    rewriteUrl: ({ url = '/' }) => tidySidecarPath(withoutBasePath(url, config.BASE_PATH)),
    logController: new BrokenAnswerLog(),
    genReqId: requestId,
    bodyLimit: config.BODY_LIMIT,
    clientErrorHandler: (error, socket) =>
      refuseConnection({ log: app.log, metrics: services.metrics })(error, socket),
    frameworkErrors: (error, request, reply) => refuseUrl(services.metrics)(error, request, reply),
    // Of bodies, slow-clients looks after: how long a large one may take depends on its size.
    requestTimeout: 0,
    // A missing `Host` is refused as any request that is not HTTP/1.1.
    http: { ...headTimeouts(config.REQUEST_TIMEOUT), requireHostHeader: false },
    // While closing, requests in flight are finished, and so are new ones on open connections.
    return503OnClosing: false,
  });
  app.removeAllContentTypeParsers();
  const services = await openServices(app, log, config, dependencies);
  const closing = { now: false };
  const connections = new Connections(app.server, config.MAX_CONNECTIONS);

  watchUnderWay(services.metrics.registry, {
    bytes: () => services.bytesInFlight.held,
    connections: () => connections.count,
  });
  // First, so that a request that waits for its turn has cost nothing yet.
  await app.register(gracefulClosePlugin, {
    closing,
    connections,
    drainDelay: config.DRAIN_DELAY,
  });
  await app.register(problemsPlugin);
  await app.register(validationPlugin);
  await app.register(connectionErrorsPlugin, { metrics: services.metrics });
  await app.register(unknownFieldsPlugin);
  // Answers are not compressed; without this, every reply would get a method that compresses it.
  app.addHook('onRoute', (route) => {
    route.compress = false;
  });
  await app.register(contentEncodingPlugin);
  await app.register(compress, {
    globalCompression: false,
    requestEncodings: [...CONTENT_ENCODINGS],
  });
  await app.register(bytesInFlightPlugin, { budget: services.bytesInFlight });
  await app.register(slowClientsPlugin, { milliseconds: config.REQUEST_TIMEOUT, connections });
  await app.register(refusedBodiesPlugin, {
    bytes: DRAINED_BODIES * config.BODY_LIMIT,
    milliseconds: config.REQUEST_TIMEOUT,
  });
  await app.register(requestLogPlugin, { metrics: services.metrics });
  const { BASE_PATH: basePath } = config;
  await app.register(openApiPlugin, { version: dependencies.version, basePath });
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
  await app.register(async (pages) => {
    await pages.register(securityHeaders);
    await pages.register(basePathPlugin, { basePath });
    await pages.register(docsPage, { basePath });
    await pages.register(errorsPage);
    await pages.register(pageRoute, { folder: dependencies.pageFolder ?? BUILT_PAGE });
  });
  if (dependencies.rehearses) await app.register(rehearsalPlugin, services);
  const lines = linesReader(config.LINE_LIMIT);
  await app.register(async (api) => {
    await api.register(limitConnectionsPlugin, { connections });
    await api.register(shedLoadPlugin, { milliseconds: config.MAX_EVENT_LOOP_DELAY });
    await api.register(authPlugin, { keys: config.API_KEYS });
    await api.register(limitStreamsPlugin, { most: config.MAX_STREAMS });
    await api.register(routesReading([jsonReader, lines, columnsReader], [calibrateRoute], services));
    await api.register(routesReading([jsonReader, lines], [preferencePairsRoute], services));
    const unread = [unreadJson, unreadColumns, lines];
    await api.register(routesReading(unread, [fitRoute, fitCalibrateRoute, disputedPairsRoute], services));
    await api.register(routesReading([unreadJson, lines], [evaluateRoute, leaderboardRoute], services));
    await api.register(routesReading([unreadJson], [verdictRoute], services));
    const curves = [curvesRoutes, auditRoutes, strengthRoute, plotRoute, densityRoute];
    await api.register(
      routesReading([jsonReader], [refitRoute, ...curves, activityRoute, sidecarRoutes], services),
    );
  });
  return app;
}

/** A scope of routes, and the formats that they read. */
function routesReading(
  readers: readonly FastifyPluginAsync[],
  routes: readonly FastifyPluginAsync<Services>[],
  services: Services,
): FastifyPluginAsync {
  return async (scope) => {
    for (const reader of readers) await scope.register(reader);
    for (const route of routes) await scope.register(route, services);
  };
}

async function openServices(
  app: FastifyInstance,
  log: Logger,
  config: Config,
  dependencies: Dependencies,
): Promise<Services> {
  const clock = dependencies.clock ?? SYSTEM_CLOCK;
  const metrics = new Metrics(clock);
  const limits = { maxRewardModels: config.MAX_REWARD_MODELS, keepVersions: config.KEEP_VERSIONS };
  const registry = await CurveRegistry.open(dependencies.store, limits, {
    stored: (seconds) => metrics.stored(seconds),
    failed: (error) => {
      metrics.storeFailed();
      log.error({ err: error }, 'the store refused a change');
    },
    lost: (error) => log.error({ err: error }, 'the store takes no changes now'),
    unfinished: (error) => log.error({ err: error }, 'a change is stored, but not all went well beside it'),
  });
  for (const { rewardModel, place, reason } of registry.listUnreadable()) {
    const unread =
      'stored curves cannot be read: this reward model answers 503 until they are restored or deleted';
    log.error({ rewardModel, place, reason }, unread);
  }
  metrics.unreadable(registry.listUnreadable().length);
  for (const { rewardModel } of registry.list()) {
    const curve = registry.current(rewardModel);
    if (curve) metrics.current(curve);
  }
  const workerUrl = dependencies.workerUrl ?? new URL('./http/worker/worker.js', import.meta.url);
  const observer: FitterObserver = {
    ended: (task, outcome) => metrics.worked(task, outcome),
    threadDied: (error) => log.error({ err: error }, 'a worker thread died'),
  };
  const fitter = new Fitter<WorkerTasks>({
    threads: config.FIT_THREADS,
    queue: config.FIT_QUEUE,
    timeout: config.WORK_TIMEOUT,
    workerUrl,
    observer,
  });
  const plotter = new Fitter<PlotTasks>({
    threads: 1,
    queue: PLOT_QUEUE,
    timeout: config.WORK_TIMEOUT,
    workerUrl: dependencies.plotWorkerUrl ?? new URL('./http/worker/plot-worker.js', import.meta.url),
    observer,
    idleTimeout: PLOT_IDLE_TIMEOUT,
    queueFull: () => new Unavailable('plot-queue-full', 'too many plots are waiting already', 1),
  });
  const upstreams = await Upstreams.connect(config.upstreams, observerOf(metrics.upstreams, log));
  metrics.upstreams.watch(upstreams.all);
  for (const { name, template } of upstreams.all)
    if (template)
      log.info(
        { upstream: name, opening: template.opening.text, ends: template.ends },
        'chat template learnt',
      );
  const windows = new SampleWindows(config.WINDOW_SAMPLES);
  const fitting = { fitter, registry, windows, metrics };
  const selfCalibration = new SelfCalibration(fitting, config.upstreams, clock, log);
  app.addHook('onClose', async () => {
    await upstreams.close();
    await selfCalibration.close();
    await Promise.all([fitter.close(), plotter.close()]);
    await registry.close();
  });
  return {
    limits: {
      maxBatch: config.MAX_BATCH,
      maxFitSamples: config.MAX_FIT_SAMPLES,
      lineLimit: config.LINE_LIMIT,
    },
    bytesInFlight: new ByteBudget(config.MAX_BYTES_IN_FLIGHT),
    ...fitting,
    plotter,
    upstreams,
    selfCalibration,
    shadowLog: new ShadowLog(log, clock),
    responseRuleLog: new ResponseRuleLog(log),
  };
}
