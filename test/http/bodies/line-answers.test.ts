import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { brokenRule, ServiceError } from '../../../src/calibration/errors.js';
import { type LineAnswers, openAnswers } from '../../../src/http/bodies/line-answers.js';
import { biasedColumns, post, startApp } from '../../support/app.js';

/** Answers to lines as letters: `r` is right, `w` is wrong; a space lets more time pass than is waited. */
async function* answersTo(
  lines: string,
  onReturn: () => void = () => undefined,
): AsyncGenerator<LineAnswers> {
  let number = 0;
  try {
    for (const line of lines) {
      if (line === ' ') await sleep(150);
      else {
        number++;
        const isRight = line === 'r';
        const error = brokenRule(['reward'], `is wrong in line ${number}`);
        yield { text: `${line}${number}\n`, hasRight: isRight, wrong: isRight ? [] : [{ number, error }] };
      }
    }
  } finally {
    onReturn();
  }
}

async function textOf(lines: string): Promise<string[]> {
  let text = '';
  for await (const piece of await openAnswers(answersTo(lines))) text += piece;
  return text.split('\n').filter((line) => line !== '');
}

const refusalOf = async (lines: string, onReturn?: () => void): Promise<ServiceError> => {
  const opened = openAnswers(answersTo(lines, onReturn));
  const error = await opened.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ServiceError) return error;
  throw new Error('was opened');
};

describe('answers to lines', () => {
  test.each(['', 'r', 'wr', `${'w'.repeat(99)}r${'w'.repeat(500)}`, ' ', 'w w', 'r w'])(
    'are all given where a line is right, or none has been seen in time: "%s"',
    async (lines) => {
      const expected = [...lines.replaceAll(' ', '')].map((line, i) => `${line}${i + 1}`);
      expect(await textOf(lines)).toEqual(expected);
    },
  );

  test.each([
    ['w', 'the only line is wrong; line 1: is wrong in line 1', 1],
    ['www', 'all of the first 3 lines are wrong; line 1: is wrong in line 1', 3],
    ['w'.repeat(5_000), 'all of the first 100 lines are wrong; line 1: is wrong in line 1', 20],
  ])('are one refusal where all lines are wrong', async (lines, message, places) => {
    let isReturned = false;
    const error = await refusalOf(lines, () => {
      isReturned = true;
    });
    expect([error.message, error.violations.length, isReturned]).toEqual([message, places, true]);
    expect(error.violations.at(-1)).toEqual({
      path: ['lines', places, 'reward'],
      message: `is wrong in line ${places}`,
    });
  });

  test('end with one refusal where that shows only after the status', async () => {
    const given = await textOf(`ww ${'w'.repeat(300)}`);
    expect(given.slice(0, -1)).toEqual(Array.from({ length: 99 }, (_, i) => `w${i + 1}`));
    expect(JSON.parse(given.at(-1) ?? '').error).toMatchObject({ status: 422, line: 100 });
  });

  test.each(['before the status', 'after it'])('end though the client sends no more (%s)', async (when) => {
    async function* hanging(): AsyncGenerator<LineAnswers> {
      if (when === 'after it') {
        yield* answersTo('w');
        await sleep(200);
      }
      yield* answersTo('w'.repeat(100));
      await new Promise(() => undefined);
    }
    const opened = openAnswers(hanging());
    if (when === 'before the status') await expect(opened).rejects.toThrow('all of the first 100 lines');
    else {
      let text = '';
      for await (const piece of await opened) text += piece;
      expect(text).toContain('all of the first 100 lines');
    }
  });

  test('whose source fails are not lost silently', async () => {
    async function* failing(): AsyncGenerator<LineAnswers> {
      yield { text: 'r1\n', hasRight: true, wrong: [] };
      throw new Error('the connection broke');
    }
    const text = await openAnswers(failing());
    await text.next();
    await expect(text.next()).rejects.toThrow('the connection broke');
  });
});

test.each(['/v1/calibrate', '/v1/preference-pairs'])('%s refuses lines of another kind', async (url) => {
  const app = await startApp();
  await post(app, '/v1/fit', { reward_model: 'm', columns: biasedColumns(50) });
  const headers = { 'content-type': 'application/x-ndjson' };
  const line = { prompt: 'p', response: 'secret', score: 1 };
  const payload = `${JSON.stringify(line)}\n`.repeat(5_000);
  const answer = await app.inject({ method: 'POST', url, query: { reward_model: 'm' }, headers, payload });
  expect([answer.statusCode, answer.json().type]).toEqual([422, '/docs/errors#invalid-input']);
  expect(answer.json().errors).toHaveLength(20);
  expect(answer.json().errors[0].path).toBe('/lines/1/reward');
  expect(answer.body).not.toContain('secret');
});

test('a client that sends on after the answer has ended keeps its answer and its connection', async () => {
  const app = await startApp();
  await post(app, '/v1/fit', { reward_model: 'm', columns: biasedColumns(50) });
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  const line = '{"score":1}\n';
  const lines = 400_000;
  socket.write(
    `POST /v1/calibrate?reward_model=m HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ncontent-length: ${lines * line.length}\r\n\r\n`,
  );
  socket.write(line.repeat(3));
  await sleep(300);
  for (let sent = 3; sent < lines; sent += 40_000) {
    if (!socket.write(line.repeat(Math.min(40_000, lines - sent)))) await once(socket, 'drain');
  }
  socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await once(socket, 'close');
  expect(answer).toContain('HTTP/1.1 200 OK');
  expect(answer).toContain('all of the first 100 lines are wrong');
  expect(answer).toContain('{"status":"live"}');
});
