import { expect, test } from 'vitest';
import { Api, ApiError, addressOf, readRefusal } from '../../src/ui/api.js';

test('a problem becomes an error with its title, detail, code and places', () => {
  const errors = [{ path: '/samples/3/reward', message: 'is not finite' }];
  const problem = {
    type: '/docs/errors#not-finite',
    title: 'Unprocessable',
    status: 422,
    detail: 'no',
    errors,
  };
  const error = readRefusal(422, JSON.stringify(problem));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 422, code: 'not-finite', detail: 'no', places: errors });
});

test.each(['<html>Bad gateway</html>', '', '{}', 'null'])(
  'a refusal that is no problem (%j) is an error, too',
  (body) => {
    expect(readRefusal(502, body)).toMatchObject({ status: 502, code: 'no-problem', places: [] });
  },
);

test('addresses are relative; parameters that are undefined are left out, and lists repeat theirs', () => {
  expect(addressOf('v1/curves')).toBe('v1/curves');
  expect(addressOf('v1/curves', { reward_model: 'a/b&c', version: undefined })).toBe(
    'v1/curves?reward_model=a%2Fb%26c',
  );
  expect(addressOf('v1/a', { include: ['x', 'y'] })).toBe('v1/a?include=x&include=y');
});

test('the key is sent once it is set, and no more once it is empty', () => {
  const api = new Api();
  expect(api.headers()).not.toHaveProperty('authorization');
  api.setKey(' secret ');
  expect(api.headers()).toHaveProperty('authorization', 'Bearer secret');
  api.setKey('');
  expect(api.headers()).not.toHaveProperty('authorization');
});
