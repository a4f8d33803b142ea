import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import type { CurveStore } from '../../src/curves/stores/curve-store.js';
import type { UpstreamKind } from '../../src/sidecar/upstream/upstream.js';
import { type FakeServer, type Knobs, startFakeServer } from '../sidecar/fake-servers.js';
import { startApp } from './app.js';

/** What the line takes from a reward for every character of the response. */
export const SLOPE = 0.01;

/** A service over a real socket with one upstream, named `rm`, which is a fake server. */
export interface SidecarApp {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly fake: FakeServer;
  /**
   * Imports a curve that is a straight line, so that what is taken from a reward is
   * known: SLOPE · characters.
   */
  importLine(characteristic?: string): Promise<void>;
  /** Posts JSON to a route of the upstream. */
  ask(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: ReturnType<JSON['parse']> }>;
}

export async function startSidecar(
  kind: UpstreamKind,
  { upstream = {}, knobs = {}, environment = {}, store, dependencies }: SidecarOptions = {},
): Promise<SidecarApp> {
  const fake = await startFakeServer(kind, knobs);
  onTestFinished(() => fake.close());
  const configured = { name: 'rm', reward_model: 'org/rm', kind, url: fake.url, retries: 0, ...upstream };
  const app = await startApp(
    { UPSTREAMS: JSON.stringify([configured]), ...environment },
    store,
    dependencies,
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    app,
    fake,
    async importLine(characteristic = 'chars') {
      const payload = lineOf(characteristic);
      const { statusCode, body } = await app.inject({ method: 'PUT', url: '/v1/curves', payload });
      if (statusCode !== 200) throw new Error(body);
    },
    async ask(path, body, headers = {}) {
      const response = await fetch(`${url}/sidecar/rm${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
  };
}

interface SidecarOptions {
  readonly upstream?: Readonly<Record<string, unknown>>;
  readonly knobs?: Knobs;
  readonly environment?: Record<string, string>;
  readonly store?: CurveStore;
  readonly dependencies?: Parameters<typeof startApp>[2];
}

function lineOf(characteristic: string): object {
  const correlation = { before: 1, after: 0 };
  return {
    schema_version: 1,
    reward_model: 'org/rm',
    fitted_at: '2026-11-23T09:30:00.000Z',
    estimator: 'lwr',
    frac: 0.5,
    iterations: 3,
    samples: 1_000,
    characteristics: [
      { name: characteristic, alpha: 1, mean_bias: 0, knots: [0, 1_000], biases: [0, 1_000 * SLOPE] },
    ],
    diagnostics: {
      spearman: correlation,
      pearson: correlation,
      residual_scale: 0,
      robust_weight_removed: 0,
      fit_seconds: 0,
    },
  };
}
