import { NotFound } from '../../calibration/errors.js';
import type { ConnectedUpstream } from './connected-upstream.js';
import type { Upstream } from './upstream.js';
import type { UpstreamObserver } from './upstream-client.js';

/** The configured upstreams by name; no other server is ever called. */
export class Upstreams {
  readonly #byName: ReadonlyMap<string, ConnectedUpstream>;

  private constructor(upstreams: readonly ConnectedUpstream[]) {
    this.#byName = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
  }

  /**
   * Connects to the configured servers. The client is loaded only where there are any: it
   * takes 150 ms of the start.
   *
   * @throws as `ConnectedUpstream.connect`.
   */
  static async connect(
    configured: readonly Upstream[],
    observerOf: (upstream: Upstream) => UpstreamObserver,
  ): Promise<Upstreams> {
    if (configured.length === 0) return new Upstreams([]);
    const { ConnectedUpstream } = await import('./connected-upstream.js');
    const connecting = configured.map((upstream) =>
      ConnectedUpstream.connect(upstream, observerOf(upstream)),
    );
    return new Upstreams(await Promise.all(connecting));
  }

  get all(): readonly ConnectedUpstream[] {
    return [...this.#byName.values()];
  }

  /** @throws NotFound `unknown-upstream`. */
  get(name: string): ConnectedUpstream {
    const upstream = this.#byName.get(name);
    if (upstream !== undefined) return upstream;
    const message = 'no upstream of this name is configured (UPSTREAMS)';
    throw new NotFound('unknown-upstream', message, [{ path: ['upstream'], message }]);
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((upstream) => upstream.close()));
  }
}
