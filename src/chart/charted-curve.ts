/** The part of an exported curve document that a chart shows: `GET /v1/curves?reward_model=…&version=…`. */
export interface ChartedDocument {
  readonly reward_model: string;
  readonly version?: number | undefined;
  /** ISO 8601. */
  readonly fitted_at: string;
  readonly estimator: string;
  readonly samples: number;
  readonly characteristics: readonly ChartedBias[];
  readonly reward_scale?: { readonly mean: number } | undefined;
  readonly joint_counts?: Density | undefined;
}

/** The bias in one characteristic: knots joined by straight lines. */
export interface ChartedBias {
  readonly name: string;
  readonly alpha: number;
  readonly mean_bias: number;
  readonly knots: readonly number[];
  readonly biases: readonly number[];
  readonly standard_errors?: readonly number[] | undefined;
  /** Beyond its knots a curve holds its end values (by default), or continues its first and last line. */
  readonly beyond?: 'hold' | 'line' | undefined;
}

/**
 * How many samples lie where: `joint_counts` of a curve document, and the answer of
 * `GET /v1/curves/density`. A row for each bin of the characteristic, in it a count for each bin of the
 * reward.
 */
export interface Density {
  readonly characteristic: { readonly edges: readonly number[] };
  readonly reward: { readonly edges: readonly number[] };
  readonly counts: readonly (readonly number[])[];
}

/** A curve as it is drawn. */
export interface ChartedCurve {
  /** "version 3", or "this curve" where it has none. */
  readonly name: string;
  readonly alpha: number;
  /** Values of the characteristic, strictly ascending. */
  readonly knots: readonly number[];
  /** What is drawn, at each knot: see {@link ChartedCurve.isReward}. */
  readonly heights: readonly number[];
  /** Of the heights; undefined where the estimator gives none. */
  readonly standardErrors: readonly number[] | undefined;
  /** The height at any value, beyond the knots, too. */
  readonly heightAt: (value: number) => number;
  readonly beyond: 'hold' | 'line';
  /** Whether the knots end where the fitted samples did: a penalty has no range. */
  readonly hasRange: boolean;
  /** Mean of the heights over the fitted samples. */
  readonly mean: number;
  /**
   * Whether the heights are raw rewards: the bias of the first characteristic is the mean reward at each of
   * its values. Else they are the bias less its mean, and lie about zero.
   */
  readonly isReward: boolean;
}

/** Beyond so many knots only some are drawn: a plot has fewer pixels. */
const MOST_KNOTS = 1_500;

/**
 * The bias of a document in one characteristic as it is drawn. Of the first characteristic this is the fitted
 * mean reward. `penalty` alone has no level of its own: its line is moved to the mean raw reward, where the
 * document says it. Where not, and of other characteristics, it is the bias less its mean.
 *
 * @returns undefined where the document does not have the characteristic.
 */
export function chartedCurve(document: ChartedDocument, characteristic: string): ChartedCurve | undefined {
  const parts = document.characteristics.filter(({ name }) => name === characteristic);
  if (parts.length === 0) return undefined;
  const level = isFirst(document, characteristic) ? levelOf(document, parts) : undefined;
  const meanBias = sum(parts.map(({ mean_bias }) => mean_bias));
  const offset = (level ?? 0) - meanBias;
  const heightAt = (value: number) => offset + sum(parts.map((part) => biasAt(part, value)));
  const held = parts.find(({ beyond }) => beyond !== 'line');
  const knots = thinned(held?.knots ?? lineKnots(document, parts[0]));
  const errors = held?.standard_errors;
  return {
    name: versionName(document),
    alpha: parts[0].alpha,
    knots,
    heights: knots.map(heightAt),
    standardErrors: errors && thinned(errors),
    heightAt,
    // A penalty beside a curve that holds its ends goes on: so does their sum.
    beyond: parts.some(({ beyond }) => beyond === 'line') ? 'line' : 'hold',
    hasRange: held !== undefined,
    mean: level ?? 0,
    isReward: level !== undefined,
  };
}

/** What a curve is called in a chart. */
export function versionName({ version }: Pick<ChartedDocument, 'version'>): string {
  return version === undefined ? 'this curve' : `version ${version}`;
}

/** The same curve about zero, to stand beside one of which no level is known. */
export function withoutLevel(curve: ChartedCurve): ChartedCurve {
  const { mean, heights, heightAt } = curve;
  return {
    ...curve,
    heights: heights.map((height) => height - mean),
    heightAt: (value) => heightAt(value) - mean,
    mean: 0,
    isReward: false,
  };
}

/** The joint counts of a document, where they are of this characteristic. */
export function densityOf(document: ChartedDocument, characteristic: string): Density | undefined {
  return isFirst(document, characteristic) ? document.joint_counts : undefined;
}

/** How many samples a density has. */
export function samplesOf({ counts }: Density): number {
  return sum(counts.map(sum));
}

function isFirst({ characteristics }: ChartedDocument, characteristic: string): boolean {
  return characteristics[0]?.name === characteristic;
}

/** The mean raw reward of the fitted samples; undefined where the document does not say. */
function levelOf(
  { characteristics, reward_scale }: ChartedDocument,
  parts: readonly ChartedBias[],
): number | undefined {
  if (parts.some(({ beyond }) => beyond !== 'line')) return sum(parts.map(({ mean_bias }) => mean_bias));
  if (reward_scale === undefined) return undefined;
  return reward_scale.mean + sum(characteristics.map(({ alpha, mean_bias }) => alpha * mean_bias));
}

/** A line has no ends of its own: it is drawn over the samples. */
function lineKnots({ joint_counts }: ChartedDocument, { knots }: ChartedBias): readonly number[] {
  const edges = joint_counts?.characteristic.edges;
  return edges === undefined ? knots : [edges[0], edges[edges.length - 1]];
}

/** The bias at a value: linear between knots, beyond them as the curve says. */
function biasAt(
  { knots, biases, beyond }: Pick<ChartedBias, 'knots' | 'biases' | 'beyond'>,
  value: number,
): number {
  const last = knots.length - 1;
  if (beyond !== 'line' || last === 0) {
    if (value <= knots[0]) return biases[0];
    if (value >= knots[last]) return biases[last];
  }
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (knots[middle] <= value) low = middle;
    else high = middle;
  }
  const share = (value - knots[low]) / (knots[high] - knots[low]);
  return biases[low] + share * (biases[high] - biases[low]);
}

/** At most {@link MOST_KNOTS} of the values, first and last among them. */
function thinned(values: readonly number[]): readonly number[] {
  if (values.length <= MOST_KNOTS) return values;
  const step = (values.length - 1) / (MOST_KNOTS - 1);
  return Array.from({ length: MOST_KNOTS }, (_, i) => values[Math.round(i * step)]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
