import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { ConnectedUpstream } from './connected-upstream.js';
import type { Upstream, UpstreamKind } from './upstream.js';

const LOOPBACK = '127.0.0.1';

/** What a server of each kind answers for one text. */
const ANSWERS: Readonly<Record<UpstreamKind, unknown>> = {
  openrlhf: { rewards: [0.5], scores: [0.5], extra_logs: { dummy_scores: [0.5] } },
  'vllm-classify': { data: [{ index: 0, probs: [0.5] }] },
  'vllm-pooling': { data: [{ index: 0, data: [0.5] }] },
  'sglang-classify': [{ embedding: [0.5] }],
  'openai-embeddings': { data: [{ index: 0, embedding: [0.5] }] },
  'tei-predict': [[{ score: 0.5, label: 'LABEL_0' }]],
};

/** An upstream of this process, for a rehearsal: no server is asked, nothing is counted or logged. */
export interface RehearsalUpstream {
  readonly upstream: ConnectedUpstream;
  close(): Promise<void>;
}

/** As configured, in front of a server on the loopback interface that gives every text the same reward. */
export async function openRehearsal(configured: Upstream): Promise<RehearsalUpstream> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(ANSWERS[configured.kind]));
    });
  });
  // The process may end in the middle of it.
  server.listen(0, LOOPBACK).unref();
  await once(server, 'listening');
  // Its headers may hold a key.
  const own = {
    ...configured,
    url: `http://${LOOPBACK}:${portOf(server)}`,
    headers: {},
    chatTemplate: undefined,
  };
  const upstream = await ConnectedUpstream.connect(own, {
    answered: () => undefined,
    failed: () => undefined,
    breaker: () => undefined,
  });
  const close = async () => {
    await upstream.close();
    server.close();
  };
  return { upstream, close };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : Number.NaN;
}
