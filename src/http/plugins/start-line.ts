import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** What the start line says besides the address. */
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

/** One line of log when the service listens: with what, so that nobody has to guess from its behaviour. */
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

/** Nobody can open the address that means every interface. */
function originForPeople(origin: string): string {
  return origin.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//localhost:');
}
