/**
 * A reward-model server that only takes its time: `node sidecar-upstream.mjs BATCH_MS SAMPLE_MS` answers OpenRLHF's
 * `POST /get_reward`. One batch after the other, as a model on one GPU computes them (OpenRLHF's serve_rm answers in
 * one synchronous pass). Plain JavaScript, so that no loader runs beside what is measured.
 */
import { createServer } from 'node:http';

const HOST = '127.0.0.1';
const [batchMilliseconds = 0, sampleMilliseconds = 0] = process.argv.slice(2).map(Number);

/** When all batches that came so far are done: by the clock, so that late timers don't add up. */
let freeAt = 0;

function millisecondsUntilDone(count) {
  const now = performance.now();
  freeAt = Math.max(freeAt, now) + batchMilliseconds + count * sampleMilliseconds;
  return freeAt - now;
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { query } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const rewards = query.map((text) => text.length / 1_000);
    const answer = JSON.stringify({ rewards, scores: rewards, extra_logs: { dummy_scores: rewards } });
    const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) };
    const finish = () => response.writeHead(200, head).end(answer);
    if (batchMilliseconds + sampleMilliseconds === 0) finish();
    else setTimeout(finish, millisecondsUntilDone(query.length));
  });
});
// Between its rounds nginx holds connections for longer than Node's five seconds; one that closes as it is used
// again is answered 502.
server.keepAliveTimeout = 600_000;
server.listen(0, HOST, () =>
  process.stdout.write(`Server listening at http://${HOST}:${server.address().port}\n`),
);
