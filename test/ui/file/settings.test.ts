import { describe, expect, test } from 'vitest';
import { ESTIMATORS as OF_SERVICE } from '../../../src/calibration/fit/fit-settings.js';
import { ApiError } from '../../../src/ui/api.js';
import { characteristicNameOf } from '../../../src/ui/file/guess-columns.js';
import { isOfLines, namingLines } from '../../../src/ui/file/line-places.js';
import { checkForm, DEFAULT_FORM, ESTIMATORS, settingsQuery } from '../../../src/ui/file/settings.js';

const FORM = { ...DEFAULT_FORM, rewardModel: 'a/b' };

describe('the settings of a fit', () => {
  test('are the service’s defaults, and offer all of its methods', () => {
    expect(settingsQuery(FORM, 'chars')).toEqual({
      reward_model: 'a/b',
      estimator: 'lwr',
      frac: 0.5,
      iterations: 3,
      characteristics: 'chars:1',
    });
    expect(ESTIMATORS.map(([name]) => name).toSorted()).toEqual([...OF_SERVICE].toSorted());
  });

  test('of a method without local fits have neither frac nor iterations', () => {
    expect(settingsQuery({ ...FORM, estimator: 'mean', alpha: 'auto' }, 'tokens')).toEqual({
      reward_model: 'a/b',
      estimator: 'mean',
      characteristics: 'tokens:auto',
    });
  });

  test.each([
    [{}, []],
    [{ frac: 'auto', iterations: 'auto', alpha: 'auto' }, []],
    [{ rewardModel: '  ' }, ['rewardModel']],
    [{ frac: '0' }, ['frac']],
    [{ frac: '1.1' }, ['frac']],
    [{ frac: '' }, ['frac']],
    [{ frac: '0', estimator: 'mean' }, []],
    [{ iterations: '2.5' }, ['iterations']],
    [{ iterations: '21' }, ['iterations']],
    [{ alpha: 'x' }, ['alpha']],
    [{ alpha: '' }, ['alpha']],
  ])('%j are wrong in %j', (change, wrong) => {
    const found = Object.entries(checkForm({ ...FORM, ...change }));
    expect(found.flatMap(([name, message]) => (message === undefined ? [] : [name]))).toEqual(wrong);
  });
});

test.each([
  ['n tokens', 'n_tokens'],
  ['2nd length!', 'nd_length'],
  ['rewards', 'length'],
  ['длина', 'length'],
  ['', 'length'],
])('the column %j is the characteristic %s', (column, name) => {
  expect(characteristicNameOf(column)).toBe(name);
});

test('places of a refusal are lines in words', () => {
  const places = ['/lines/12/reward', '/lines/3', '/reward_model'].map((path) => ({ path, message: 'no' }));
  const error = new ApiError({ status: 422, title: 'No', code: 'no', detail: 'no', places });
  const named = namingLines(error);
  expect(named).toBeInstanceOf(ApiError);
  expect(named).toMatchObject({
    status: 422,
    title: 'No',
    places: [{ path: 'line 12, reward' }, { path: 'line 3' }, { path: '/reward_model' }],
  });
  expect(isOfLines(named)).toBe(true);
  const gone = new ApiError({ status: 0, title: 'No', code: 'unreachable', detail: 'no', places: [] });
  expect(isOfLines(namingLines(gone))).toBe(false);
  const other = new Error('other');
  expect(namingLines(other)).toBe(other);
  expect(isOfLines(other)).toBe(false);
});
