/**
 * `npm run bench:overload`: how long accepted requests take at three times the rate that the service
 * sustains, beside how long they take when it is idle. Writes nothing; its lines are for
 * docs/reliability.md. `-- --quick` is a short round.
 */
import { loadavg } from 'node:os';
import { type LoadAnswers, quantile, sendClosedLoad, sendOpenLoad } from '../test/support/open-load.js';
import { requestBytes } from '../test/support/raw-connection.js';
import { CLASS_A, CLASS_C, makePayloads, type Payload } from './http-payloads.js';
import { type Server, startService } from './http-servers.js';
import { fitCurve } from './http-start.js';
import { print } from './report.js';

/** Of a closed load: enough to keep the service busy, few enough to keep no queue. */
const SUSTAINED_CONNECTIONS = 8;

/**
 * Of an open load. A refused client sends again at once here, so each round of the event loop has to refuse
 * nearly all of them: the time of as many refusals is what a request waits at least.
 */
const OPEN_CONNECTIONS = 256;

/** Idle: this share of the sustained rate. */
const IDLE_SHARE = 0.05;

const OVERLOAD = 3;

async function measure(server: Server, payload: Payload, seconds: number): Promise<void> {
  const port = Number(new URL(server.url).port);
  const request = requestBytes(payload.path, payload.body);
  const load = { port, request, seconds: Math.min(seconds, 5) };
  await sendClosedLoad({ ...load, connections: SUSTAINED_CONNECTIONS });
  const sustained = await sendClosedLoad({ ...load, connections: SUSTAINED_CONNECTIONS });
  const perSecond = sustained.accepted.length / sustained.seconds;
  show(`${payload.name}: sustained by ${SUSTAINED_CONNECTIONS} connections`, sustained);
  const idle = await sendOpenLoad({
    ...load,
    connections: OPEN_CONNECTIONS,
    perSecond: IDLE_SHARE * perSecond,
  });
  show('  idle', idle);
  const over = await sendOpenLoad({
    ...load,
    seconds,
    connections: OPEN_CONNECTIONS,
    perSecond: OVERLOAD * perSecond,
  });
  show(`  ${OVERLOAD} times the sustained rate`, over);
  const ratio = quantile(over.accepted, 0.99) / quantile(idle.accepted, 0.99);
  print(`  p99 of the accepted: ${ratio.toFixed(1)} times the idle one; load ${loadavg()[0]?.toFixed(1)}`);
}

function show(name: string, { statuses, accepted, seconds, unsent, withoutRetryAfter }: LoadAnswers): void {
  const counts = [...statuses].map(([status, count]) => `${count} × ${status || 'no answer'}`).join(', ');
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(accepted, share).toFixed(1));
  const rate = Math.round(accepted.length / seconds);
  print(
    `${name}: ${rate}/s accepted, p50 ${p50} ms, p99 ${p99} ms, max ${accepted.at(-1)?.toFixed(1)} ms; ${counts}; unsent ${unsent}; 503 without Retry-After ${withoutRetryAfter}`,
  );
}

async function main(): Promise<void> {
  const seconds = process.argv.includes('--quick') ? 5 : 60;
  for (const name of [CLASS_A, CLASS_C]) {
    const payload = makePayloads(undefined).ready.find((candidate) => candidate.name === name);
    if (payload === undefined) throw new Error(`there is no payload ${name}`);
    const server = await startService({ STORE_URL: 'memory:' });
    await fitCurve(server);
    await measure(server, payload, seconds);
    await server.stop();
  }
}

await main();
