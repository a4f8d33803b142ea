import { describe, expect, test } from 'vitest';
import { linkToModel, readPlace } from '../../src/ui/place.js';

describe('the hash of the address', () => {
  test.each(['', '#', '#/', '#main'])('%j is the overview', (hash) => {
    expect(readPlace(hash)).toEqual({ kind: 'overview' });
  });

  test.each(['org/name', 'a&b=c?d#e', 'ä ö+%'])('leads to the reward model %j and back', (name) => {
    expect(readPlace(linkToModel(name))).toEqual({ kind: 'model', name });
  });

  test.each(['#/model', '#/model?name=', '#/models?name=a', '#/a/b'])('%j is unknown', (hash) => {
    expect(readPlace(hash)).toEqual({ kind: 'unknown' });
  });
});
