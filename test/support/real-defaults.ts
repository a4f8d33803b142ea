import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/*
 * Stand-ins that read requests as the real servers do, defaults and all, so that a field that is missing or
 * wrong shows in the score. The reward of a text is the number behind `R=` in it, a token is a word.
 */

type Body = Readonly<Record<string, unknown>>;

/** A stand-in, and the bodies that it has read. */
export interface StandIn {
  readonly url: string;
  readonly bodies: readonly Body[];
}

/** The one token that starts a text. */
export const BOS = '<|begin_of_text|>';
/** What a score is off by for every BOS that is missing or too many. */
export const WRONG_BOS = 100;
/** So many words the models behind these servers read. */
export const LONGEST = 12;

/**
 * vLLM's `/classify` and `/pooling` with a head of one label (0.11.1 to 0.12: `vllm/config/pooler.py`,
 * `vllm/pooling_params.py`): the score is activated unless `use_activation` is false, and for any
 * `activation` or `softmax`; BOS is added unless `add_special_tokens` is false; a text that is too long is
 * 400; `truncate_prompt_tokens` keeps the last tokens; other fields are passed over.
 */
export function startVllm(): Promise<StandIn> {
  return start((path, body, response) => {
    const texts = [body.input].flat() as string[];
    const words = texts.map((text) => text.split(' '));
    const most = body.truncate_prompt_tokens as number | undefined;
    if ('normalize' in body) return answer(response, 400, { error: { message: 'normalize was removed' } });
    if (most == null && words.some(({ length }) => length > LONGEST))
      return answer(response, 400, { error: { message: 'too long' } });
    const isActivated = body.activation != null || body.softmax != null || body.use_activation !== false;
    const data = words.map((all, index) => {
      const bos = Number(all[0]?.startsWith(BOS)) + Number(body.add_special_tokens !== false);
      const raw = rewardIn(all.slice(most == null ? 0 : -most)) + WRONG_BOS * Math.abs(bos - 1);
      const score = isActivated ? sigmoid(raw) : raw;
      return path === '/classify' ? { index, probs: [score] } : { index, data: [score] };
    });
    return answer(response, 200, { object: 'list', data });
  });
}

/**
 * text-embeddings-inference's `/predict` (`router/src/http/types.rs`): a sigmoid unless `raw_scores`, 413 for
 * a text that is too long unless `truncate`, cut on the right unless `truncation_direction` is left.
 */
export function startTei(): Promise<StandIn> {
  return start((_, body, response) => {
    const words = (body.inputs as string[][]).map(([text = '']) => text.split(' '));
    const isLong = words.some(({ length }) => length > LONGEST);
    if (isLong && body.truncate !== true)
      return answer(response, 413, { error: 'too long', error_type: 'Validation' });
    const isLeft = /^left$/i.test(String(body.truncation_direction));
    const scores = words.map((all) => rewardIn(isLeft ? all.slice(-LONGEST) : all.slice(0, LONGEST)));
    const shown = scores.map((score) => (body.raw_scores === true ? score : sigmoid(score)));
    return answer(
      response,
      200,
      shown.map((score) => [{ score, label: 'LABEL_0' }]),
    );
  });
}

async function start(reply: (path: string, body: Body, response: ServerResponse) => void): Promise<StandIn> {
  const bodies: Body[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      bodies.push(body as Body);
      reply(request.url ?? '', body as Body, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function rewardIn(words: readonly string[]): number {
  return Number(/R=(-?[\d.]+)/.exec(words.join(' '))?.[1] ?? 0);
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
