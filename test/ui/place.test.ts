import { describe, expect, test } from 'vitest';
import { linkToFile, linkToLabels, linkToModel, readPlace } from '../../src/ui/place.js';

describe('the hash of the address', () => {
  test.each(['', '#', '#/', '#main'])('%j is the overview', (hash) => {
    expect(readPlace(hash)).toEqual({ kind: 'overview' });
  });

  test.each(['org/name', 'a&b=c?d#e', 'ä ö+%'])('leads to each place of %j and back', (name) => {
    expect(readPlace(linkToModel(name))).toEqual({ kind: 'model', name, compare: undefined });
    expect(readPlace(linkToModel(name, 3))).toEqual({ kind: 'model', name, compare: 3 });
    expect(readPlace(linkToFile(name))).toEqual({ kind: 'file', name });
    expect(readPlace(linkToLabels(name, 12))).toEqual({ kind: 'labels', name, version: 12 });
  });

  test('leads to a file of no reward model yet, and to how to start', () => {
    expect(readPlace(linkToFile())).toEqual({ kind: 'file', name: undefined });
    expect(readPlace('#/start')).toEqual({ kind: 'start' });
  });

  test.each([
    '#/model',
    '#/model?name=',
    '#/models?name=a',
    '#/a/b',
    '#/labels?name=a',
    '#/labels?name=a&version=0',
  ])('%j is unknown', (hash) => {
    expect(readPlace(hash)).toEqual({ kind: 'unknown' });
  });
});
