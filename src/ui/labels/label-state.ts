/** A response as `/v1/disputed-pairs` asks about it. */
export interface AskedResponse {
  readonly index: number;
  readonly id?: string | number;
  readonly response?: string;
}

/** A pair to label. */
export interface AskedPair {
  readonly id: string;
  readonly prompt?: string;
  readonly left: AskedResponse;
  readonly right: AskedResponse;
}

/** What a labeller says of a pair. */
export type Preferred = 'left' | 'right' | 'tie';

/** A label as `/v1/verdict` takes it. */
export interface Label {
  readonly id: string;
  readonly preferred: Preferred;
}

/** How far the labelling of some pairs is. */
export interface Labelling {
  readonly pairs: readonly AskedPair[];
  /** Answers by the id of the pair. */
  readonly answers: ReadonlyMap<string, Preferred>;
  /** The place of the pair that is shown; the number of pairs where all have been. */
  readonly at: number;
}

/**
 * Begins to label pairs. Answers that are there already stay: the first pairs of a larger draw are those of a
 * smaller one.
 */
export function beginLabelling(
  pairs: readonly AskedPair[],
  earlier: ReadonlyMap<string, Preferred> = new Map(),
): Labelling {
  const answers = new Map(
    pairs.flatMap(({ id }) => {
      const known = earlier.get(id);
      return known === undefined ? [] : [[id, known] as const];
    }),
  );
  const open = pairs.findIndex(({ id }) => !answers.has(id));
  return { pairs, answers, at: open < 0 ? pairs.length : open };
}

/** Answers the pair that is shown, and goes on to the next. */
export function answerPair(labelling: Labelling, preferred: Preferred): Labelling {
  const { pairs, answers, at } = labelling;
  const pair = pairs[at];
  if (pair === undefined) return labelling;
  return { pairs, answers: new Map(answers).set(pair.id, preferred), at: at + 1 };
}

/** Goes back to the pair before, whose answer stays until it is given anew. */
export function stepBack(labelling: Labelling): Labelling {
  return { ...labelling, at: Math.max(0, labelling.at - 1) };
}

/** The labels so far, in the order of the draw. */
export function labelsOf({ pairs, answers }: Labelling): Label[] {
  return pairs.flatMap(({ id }) => {
    const preferred = answers.get(id);
    return preferred === undefined ? [] : [{ id, preferred }];
  });
}

/** Whether every pair has been shown. */
export function isThrough({ pairs, at }: Labelling): boolean {
  return at >= pairs.length;
}

/** What a key of the keyboard answers; undefined for other keys. */
export function answerOfKey(key: string): Preferred | undefined {
  return KEYS[key];
}

const KEYS: Readonly<Record<string, Preferred>> = { '1': 'left', '2': 'right', '0': 'tie' };
