/**
 * The two baselines as a process of their own: `node http-echo.mjs http|fastify` reads `{samples: [{reward}]}` and
 * answers `{rewards: [...]}`, nothing checked. Plain JavaScript, so that no loader runs beside what is measured.
 */
import { createServer } from 'node:http';
import Fastify from 'fastify';

/** The service's own default, so that every body fits. */
const BODY_LIMIT = 64 * 2 ** 20;
const HOST = '127.0.0.1';

const echo = ({ samples }) => ({ rewards: samples.map(({ reward }) => reward) });

/** The floor: JSON.parse, JSON.stringify and nothing else. */
function startHttp() {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const answer = JSON.stringify(echo(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      });
      response.end(answer);
    });
  });
  server.listen(0, HOST, () => announce(`http://${HOST}:${server.address().port}`));
}

/** Fastify with its default options; only the limit is raised. */
async function startFastify() {
  const app = Fastify({ bodyLimit: BODY_LIMIT });
  app.post('/v1/calibrate', async ({ body }) => echo(body));
  announce(await app.listen({ host: HOST, port: 0 }));
}

/** In the words of Fastify's log, which the service prints. */
function announce(url) {
  process.stdout.write(`Server listening at ${url}\n`);
}

if (process.argv[2] === 'fastify') await startFastify();
else startHttp();
