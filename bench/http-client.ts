import { type Agent, request } from 'node:http';
import type { Arrow } from './http-arrow.js';

/** A request of the benchmark itself, outside of the measured load. */
export interface Outgoing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** One request and its whole answer, whatever its status; rejects only where there is no answer. */
export function send(url: string, { method = 'POST', headers = {}, body, agent }: Outgoing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, ...(agent && { agent }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const contentType = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, contentType, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends JSON where only a 2xx will do. */
export async function sendJson(url: string, method: string, body: unknown): Promise<Answer> {
  const answer = await send(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status >= 300) throw new Error(`${method} ${url} answered ${answer.status}: ${answer.body}`);
  return answer;
}

/** How many rewards an answer holds: JSON, a line each (or a list a line) in NDJSON, or an Arrow column. */
export function countRewards({ contentType, body }: Answer, arrow: Arrow | undefined): number {
  if (contentType.includes('arrow')) {
    if (arrow === undefined) throw new Error('an answer in Arrow, and apache-arrow is not installed');
    return arrow.tableFromIPC(body).numRows;
  }
  const documents = contentType.includes('ndjson')
    ? body.toString('utf8').trimEnd().split('\n')
    : [body.toString('utf8')];
  return documents.reduce((sum, document) => sum + rewardsIn(JSON.parse(document)), 0);
}

function rewardsIn(answer: { rewards?: unknown; reward?: unknown }): number {
  if (Array.isArray(answer.rewards)) return answer.rewards.length;
  return typeof answer.reward === 'number' ? 1 : 0;
}
