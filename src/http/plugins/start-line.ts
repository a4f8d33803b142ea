import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** The fields of the start line besides the address. */
export interface StartLine {
  readonly version: string;
  readonly store: string;
  readonly authentication: boolean;
  /** Names of the upstreams. */
  readonly upstreams: readonly string[];
  /** Reward models with a curve. */
  curves(): number;
  /** Reward models whose stored curves cannot be read. */
  unreadable(): number;
  /** Whether the store takes changes. */
  storeState(): Promise<string>;
}

/** One line of log with the settings in use, when the service listens. */
export const startLinePlugin = fastifyPlugin(async (app: FastifyInstance, line: StartLine) => {
  app.addHook('onListen', async () => {
    const { version, store, upstreams } = line;
    const [curves, unreadable, storeState] = [line.curves(), line.unreadable(), await line.storeState()];
    const authentication = line.authentication ? 'on' : 'off';
    const docs = `${originForPeople(app.listeningOrigin)}/docs`;
    app.log.info(
      { version, store, storeState, curves, unreadable, upstreams, authentication, docs },
      'serving',
    );
  });
});

/** The address that means every interface cannot be opened in a browser. */
function originForPeople(origin: string): string {
  return origin.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//localhost:');
}
