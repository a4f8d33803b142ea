import { capitalized } from '../../chart/capitalized.js';
import { formatCount, formatNumber, formatRough } from '../../chart/number-words.js';
import type { CharacteristicSummary, CurveSummary, RegressionDiagnostics } from '../api-types.js';
import { formatCorrelation, formatPercent, formatSeconds } from '../parts/numbers.js';
import { characteristicWords, correlationWords, NO_GAIN, unitWords } from '../parts/words.js';

/** One thing that a curve's numbers say, for a reader who is no statistician. */
export interface Finding {
  readonly title: string;
  readonly text: string;
}

/** Correlations further apart than this say different things. */
const APART = 0.05;

/** What the numbers of a version say, most important first. */
export function findingsOf(curve: CurveSummary): Finding[] {
  const [first] = curve.characteristics;
  return [
    ...(first ? [link(curve, first.name)] : []),
    ...unseen(curve),
    ...(curve.diagnostics.characteristics ?? []).flatMap((regression) => [
      precision(curve, regression),
      shape(curve, regression),
    ]),
    ...outliers(curve),
    method(curve),
  ];
}

function link({ diagnostics: { spearman } }: CurveSummary, name: string): Finding {
  return {
    title: `${capitalized(characteristicWords(name))} and reward`,
    text: `${correlationWords(name, spearman.before, spearman.after)} (1 would be “always”, 0 “not at all”.) ${NO_GAIN}`,
  };
}

function unseen({ diagnostics: { spearman } }: CurveSummary): Finding[] {
  const { after, cross_fitted: crossFitted } = spearman;
  if (crossFitted === undefined || crossFitted === null || after === null) return [];
  const isClose = Math.abs(crossFitted - after) <= APART;
  const meaning = isClose
    ? 'that is close to the fitted ones, so the curve follows the reward model and not just these samples.'
    : 'that is another value than on the fitted ones: on new responses the curve will do less.';
  return [
    {
      title: 'On responses that the fit had not seen',
      text: `The rank correlation after calibration is ${formatCorrelation(crossFitted)} there; ${meaning}`,
    },
  ];
}

/** Twice the standard error over the scatter of rewards: below the first small, from the second on large. */
const SMALL_ERROR = 0.25;
const LARGE_ERROR = 1;

function precision(
  { diagnostics: { residual_scale: scatter }, characteristics }: CurveSummary,
  { name, standard_error: error }: RegressionDiagnostics,
): Finding {
  const ratio = scatter > 0 ? (2 * error.mean) / scatter : 0;
  const judgement =
    ratio < SMALL_ERROR
      ? 'The uncertainty is small beside that.'
      : ratio < LARGE_ERROR
        ? 'The uncertainty is not small beside that: more samples would help.'
        : 'The uncertainty is as large as that: there are too few samples for this curve.';
  return {
    title: `How sure the curve is${ofOne(characteristics, name)}`,
    text: `On average within ±${formatRough(2 * error.mean)} of reward, where it is least sure within ±${formatRough(2 * error.largest)} (two standard errors: the band of the plot). Half of the rewards lie more than ${formatRough(scatter)} from the curve. ${judgement} This is noise only: it says nothing of whether longer responses deserve more.`,
  };
}

function shape(
  { characteristics }: CurveSummary,
  { name, frac, effective_degrees_of_freedom: freedom }: RegressionDiagnostics,
): Finding {
  const bend =
    freedom < 2.5
      ? 'is nearly straight'
      : freedom < 6
        ? 'bends gently'
        : freedom < 15
          ? 'bends clearly'
          : 'follows many small turns; look at the plot whether they are real';
  return {
    title: `How much the curve bends${ofOne(characteristics, name)}`,
    text: `It ${bend}: ${formatNumber(Number(freedom.toFixed(1)))} effective degrees of freedom, where 2 is a straight line and more is more bend. Each point of it comes from the ${formatPercent(frac)} of the samples that are nearest in ${characteristicWords(name)} (frac ${formatNumber(frac)}).`,
  };
}

/** Share of the weight that robust iterations take from normal noise; and from where on the service warns. */
const USUAL = 0.11;
const HEAVY = 0.22;

function outliers({ estimator, diagnostics }: CurveSummary): Finding[] {
  const { robust_weight_removed: removed, iterations } = diagnostics;
  if (estimator === 'mean' || estimator === 'penalty') return [];
  const text =
    iterations === 0 || removed === 0
      ? 'Every reward counted in full: none was played down as an outlier.'
      : `Rewards far from the curve count for less. That took ${formatPercent(removed)} of all weight; from ordinary noise it takes about ${formatPercent(USUAL)}. ${
          removed > HEAVY
            ? 'This is much: if those rewards are no errors but part of the reward model, the curve is not its bias.'
            : 'This is nothing unusual.'
        }`;
  return [{ title: 'Rewards that were played down', text }];
}

const ESTIMATORS: Readonly<Record<string, string>> = {
  lwr: 'robust local regression (LOWESS)',
  mean: 'the mean reward of responses of similar length',
  penalty: 'a fixed penalty per unit',
  'lwr-penalty': 'a fixed penalty, and local regression of what that leaves',
  'lwr-within': 'local regression of differences between responses to the same prompt',
};

function method({ estimator, samples, characteristics, diagnostics }: CurveSummary): Finding {
  const ranges = characteristics.map(
    ({ name, range: [low, high] }) => `${formatNumber(low)} to ${formatNumber(high)} ${unitWords(name)}`,
  );
  return {
    title: 'How it was fitted',
    text: `By ${ESTIMATORS[estimator] ?? estimator} (${estimator}), to ${formatCount(samples)} samples from ${[...new Set(ranges)].join(', ')}, in ${formatSeconds(diagnostics.fit_seconds)}. Responses outside of that range are calibrated by extrapolation, and marked.`,
  };
}

/** What a strength does: `The whole bias is taken off.` */
export function strengthWords(alpha: number): string {
  if (alpha === 0) return 'Nothing is taken off: rewards stay as they are.';
  if (alpha === 1) return 'The whole bias is taken off: the method as published.';
  if (alpha < 0) return `${formatPercent(-alpha)} of the bias are added: the bias gets stronger.`;
  if (alpha > 1) return `${formatPercent(alpha)} of the bias are taken off: more than there is.`;
  return `${formatPercent(alpha)} of the bias are taken off.`;
}

function ofOne(characteristics: readonly CharacteristicSummary[], name: string): string {
  return new Set(characteristics.map((one) => one.name)).size > 1 ? `: ${characteristicWords(name)}` : '';
}
