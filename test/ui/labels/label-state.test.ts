import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AskedPair,
  answerOfKey,
  answerPair,
  beginLabelling,
  isThrough,
  type Labelling,
  labelsOf,
  type Preferred,
  stepBack,
} from '../../../src/ui/labels/label-state.js';
import { type DisputedPairs, hasUnsent, labelsFile, toSession } from '../../../src/ui/labels/session.js';

function pairsOf(count: number): AskedPair[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `pair ${i}`,
    prompt: 'a prompt',
    left: { index: 2 * i, id: `a${i}`, response: 'a left text' },
    right: { index: 2 * i + 1, response: 'a right text' },
  }));
}

function answered(count: number, answers: readonly Preferred[]): Labelling {
  return answers.reduce(answerPair, beginLabelling(pairsOf(count)));
}

describe('labelling', () => {
  test('goes from pair to pair, and ends after the last', () => {
    const labelling = answered(3, ['left', 'tie']);
    expect(labelling.at).toBe(2);
    expect(isThrough(labelling)).toBe(false);
    const through = answerPair(labelling, 'right');
    expect(isThrough(through)).toBe(true);
    expect(labelsOf(through)).toEqual([
      { id: 'pair 0', preferred: 'left' },
      { id: 'pair 1', preferred: 'tie' },
      { id: 'pair 2', preferred: 'right' },
    ]);
    expect(answerPair(through, 'left')).toBe(through);
  });

  test('goes back as often as one likes; an answer stays until it is given anew', () => {
    const back = stepBack(stepBack(stepBack(answered(3, ['left', 'tie']))));
    expect(back.at).toBe(0);
    expect(labelsOf(back)).toHaveLength(2);
    expect(labelsOf(answerPair(back, 'right'))[0]).toEqual({ id: 'pair 0', preferred: 'right' });
  });

  test('of further pairs begins after those that are labelled', () => {
    const { answers } = answered(3, ['left', 'tie', 'left']);
    expect(beginLabelling(pairsOf(5), answers)).toMatchObject({ at: 3, answers });
    const others = pairsOf(2).map((pair) => ({ ...pair, id: `other ${pair.id}` }));
    expect(beginLabelling(others, answers)).toMatchObject({ at: 0, answers: new Map() });
  });

  test('has at most one label a pair, whatever is pressed', () => {
    const steps = fc.array(fc.constantFrom('left', 'right', 'tie', 'back' as const), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), steps, (count, given) => {
        let labelling = beginLabelling(pairsOf(count));
        for (const step of given)
          labelling = step === 'back' ? stepBack(labelling) : answerPair(labelling, step);
        const ids = labelsOf(labelling).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(labelling.at).toBeLessThanOrEqual(count);
        if (isThrough(labelling)) expect(ids).toHaveLength(count);
      }),
    );
  });

  test.each([
    ['1', 'left'],
    ['2', 'right'],
    ['0', 'tie'],
    ['3', undefined],
    ['Enter', undefined],
  ])('the key %s means %s', (key, preferred) => {
    expect(answerOfKey(key)).toBe(preferred);
  });
});

describe('a session', () => {
  const found: DisputedPairs = {
    reward_model: 'a/b',
    version: 2,
    prompts: 9,
    pairs: 90,
    disputed: 12,
    share_disputed: 0.13,
    effective_share: 0.13,
    needed_pairs: 150,
    ask: pairsOf(3),
    warnings: [],
    key: 'the key',
  };
  const searched = { body: new Blob(), fileName: 'a.csv', count: 20, leftOut: 0 };

  test('keeps its labels when more pairs are drawn, and has no verdict of them', () => {
    const first = { ...toSession(found, searched), labelling: answered(3, ['left', 'right', 'tie']) };
    const more = toSession({ ...found, ask: pairsOf(6) }, { ...first, count: 40 }, first);
    expect(labelsOf(more.labelling)).toHaveLength(3);
    expect(more).toMatchObject({ count: 40, labelling: { at: 3 } });
    expect(more.verdict).toBeUndefined();
  });

  test('has labels that would be lost until a verdict counts them', () => {
    const session = toSession(found, searched);
    expect(hasUnsent(session)).toBe(false);
    expect(hasUnsent({ ...session, labelling: answered(3, ['left']) })).toBe(true);
  });

  test('is downloaded without any text', () => {
    const session = { ...toSession(found, searched), labelling: answered(3, ['left', 'tie']) };
    const file = labelsFile(session);
    expect(JSON.stringify(file)).not.toContain('text');
    expect(JSON.stringify(file)).not.toContain('a prompt');
    expect(file).toMatchObject({
      key: 'the key',
      seed: 0,
      count: 20,
      labels: [
        { id: 'pair 0', preferred: 'left', left: { index: 0, id: 'a0' }, right: { index: 1 } },
        { id: 'pair 1', preferred: 'tie' },
      ],
    });
  });
});
