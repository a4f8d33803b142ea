import { readFile } from 'node:fs/promises';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.js';
import { helpText, readArguments } from './command-line.js';
import { ConfigError, LONGEST_TIMER, readConfig } from './config.js';
import { openStore } from './curves/stores/open-store.js';

/**
 * Connections that may wait to be accepted. OpenRLHF sends every sample of a rollout over a connection
 * of its own, all at once: more than Node's default of 511. The kernel caps it at net.core.somaxconn
 * (4,096 since Linux 5.4).
 */
const BACKLOG = 4_096;

/** The process: arguments → configuration → app → listen → close gracefully. */
async function start(): Promise<void> {
  const { asked, settings } = readArguments(process.argv.slice(2));
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  if (asked !== 'service') {
    process.stdout.write(asked === 'help' ? helpText(version) : `${version}\n`);
    return;
  }
  const config = readConfig(process.env, settings);
  const store = openStore(config.STORE_URL, config.LOCK_WAIT);
  const app = await buildApp(config, { store, version, rehearses: true });
  closeWithGrace(
    { delay: Math.min(config.DRAIN_DELAY + config.SHUTDOWN_TIMEOUT, LONGEST_TIMER), logger: app.log },
    async ({ signal, err }) => {
      if (err) app.log.fatal({ err }, 'closing after an error');
      else app.log.info({ signal }, 'closing');
      await app.close();
    },
  );
  await app.listen({ host: config.HOST, port: config.PORT, backlog: BACKLOG });
}

try {
  await start();
} catch (error) {
  const message = error instanceof ConfigError ? error.message : `cannot start: ${describe(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
