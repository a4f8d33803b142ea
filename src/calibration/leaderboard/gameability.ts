import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { RawAndCalibrated } from './win-rate.js';

/** Suffixes of a model's name when it was asked for short or for long answers. */
export interface VariantSuffixes {
  readonly concise: string;
  readonly verbose: string;
}

/** AlpacaEval's names. */
export const DEFAULT_VARIANTS: VariantSuffixes = { concise: '_concise', verbose: '_verbose' };

type Figures = RawAndCalibrated<number | null>;

/**
 * Mean over the models of std ÷ mean of the win rates of some variants: as it is, and times
 * {@link Gameability.metricScale}.
 */
export interface RelativeSpread {
  readonly unscaled: Figures;
  readonly rescaled: Figures;
}

/**
 * How far the win rate of one model can be moved by asking it for other lengths: 0 = not at all. Null where
 * undefined.
 */
export interface Gameability {
  /** The models with all three variants, and std ÷ mean of the three win rates. */
  readonly models: readonly { readonly generator: string; readonly spread: Figures }[];
  /** Over plain, concise and verbose. */
  readonly all: RelativeSpread;
  /** Over plain and verbose. */
  readonly verbosity: RelativeSpread;
  /** Over plain and concise. */
  readonly conciseness: RelativeSpread;
  /**
   * std of the raw win rates ÷ std of the calibrated ones, over one generator per model: the factor of
   * `rescaled.calibrated`.
   */
  readonly metricScale: number | null;
}

/**
 * Gameability (method, "How results are judged"): the mean over models of std ÷ mean of the win rate across
 * variants, with the sample standard deviation (n − 1). Rescaled, it is multiplied by std(raw win
 * rates) ÷ std(its own win rates) across models, since a metric that only shrank would seem less gameable;
 * the raw one stays as it is.
 *
 * Follows `report` in AlpacaEval's `notebooks/length_controlled.ipynb`, which has the pairs plain-verbose
 * ("verbosity gameability") and plain-concise, in percent; `all` takes the three variants together. As there,
 * the spread across models omits verbose variants, and a concise variant replaces its plain model. The
 * paper's code divides by the same spread, but of GPT-4's win rates in the place of the raw ones.
 *
 * @returns undefined where no model has all three variants.
 */
export function gameabilityOf(
  generators: readonly string[],
  rates: readonly RawAndCalibrated<number>[],
  variants: VariantSuffixes,
): Gameability | undefined {
  const rateOf = new Map(generators.map((generator, i) => [generator, rates[i]]));
  const triples = generators.flatMap((generator) => {
    const plain = rateOf.get(generator);
    const concise = rateOf.get(generator + variants.concise);
    const verbose = rateOf.get(generator + variants.verbose);
    return plain && concise && verbose ? [{ generator, plain, concise, verbose }] : [];
  });
  if (triples.length === 0) return undefined;
  const metricScale = scaleOf(
    generators.filter((name) => standsForItsModel(name, rateOf, variants)).map((name) => rateOf.get(name)),
  );
  const spreads = triples.map(({ generator, plain, concise, verbose }) => ({
    generator,
    all: spreadOf([plain, concise, verbose]),
    verbosity: spreadOf([plain, verbose]),
    conciseness: spreadOf([plain, concise]),
  }));
  const summary = (kind: 'all' | 'verbosity' | 'conciseness') =>
    summarise(
      spreads.map((each) => each[kind]),
      metricScale,
    );
  return {
    models: spreads.map(({ generator, all }) => ({ generator, spread: all })),
    all: summary('all'),
    verbosity: summary('verbosity'),
    conciseness: summary('conciseness'),
    metricScale,
  };
}

function standsForItsModel(
  generator: string,
  known: ReadonlyMap<string, unknown>,
  { concise, verbose }: VariantSuffixes,
): boolean {
  const isVerbose = generator.length > verbose.length && generator.endsWith(verbose);
  return !isVerbose && !known.has(generator + concise);
}

function spreadOf(rates: readonly RawAndCalibrated<number>[]): Figures {
  return {
    raw: relativeDeviation(rates.map(({ raw }) => raw)),
    calibrated: relativeDeviation(rates.map(({ calibrated }) => calibrated)),
  };
}

function relativeDeviation(values: readonly number[]): number | null {
  return finiteOrNull(sampleStandardDeviation([...values]) / mean([...values]));
}

function scaleOf(rates: readonly (RawAndCalibrated<number> | undefined)[]): number | null {
  const known = rates.filter((rate) => rate !== undefined);
  if (known.length < 2) return null;
  const raw = sampleStandardDeviation(known.map((rate) => rate.raw));
  return finiteOrNull(raw / sampleStandardDeviation(known.map((rate) => rate.calibrated)));
}

function summarise(spreads: readonly Figures[], metricScale: number | null): RelativeSpread {
  const unscaled = {
    raw: meanOrNull(spreads.map(({ raw }) => raw)),
    calibrated: meanOrNull(spreads.map(({ calibrated }) => calibrated)),
  };
  const calibrated =
    unscaled.calibrated === null || metricScale === null ? null : unscaled.calibrated * metricScale;
  return { unscaled, rescaled: { raw: unscaled.raw, calibrated } };
}

/** Null where any is null: a mean over other models than the raw one's would compare what differs. */
function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : mean(known);
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
