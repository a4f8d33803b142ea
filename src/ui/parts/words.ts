import { capitalized } from '../../chart/capitalized.js';
import { formatNumber } from '../../chart/number-words.js';
import type {
  Audit,
  CharacteristicSummary,
  CurveSummary,
  RewardModelActivity,
  Warning,
} from '../api-types.js';
import type { Tone } from './chip.js';
import { formatCorrelation, formatPoints, NOTHING } from './numbers.js';

const CHARACTERISTICS: Readonly<Record<string, string>> = {
  chars: 'length',
  words: 'number of words',
  lines: 'number of lines',
  markdown: 'amount of Markdown',
};

/** A characteristic as a noun in a sentence: `length`, `“tokens”`. */
export function characteristicWords(name: string): string {
  return CHARACTERISTICS[name] ?? `“${name}”`;
}

/** The unit that values of a characteristic have: `characters`, `tokens`. */
export function unitWords(name: string): string {
  if (name === 'chars') return 'characters';
  return name === 'markdown' ? 'Markdown marks' : name;
}

/** The strength of a version: one number, or one for each curve. */
export function alphaText(characteristics: readonly CharacteristicSummary[]): string {
  return [...new Set(characteristics.map(({ alpha }) => formatNumber(alpha)))].join(', ');
}

/** Below this a correlation is none in practice, as the service's warnings have it. */
const NEGLIGIBLE = 0.05;
const WEAK = 0.2;
const CLEAR = 0.4;

/** How strong a correlation is, as an adverb: `hardly`, `slightly`, `clearly`, `strongly`. */
export function sizeWords(correlation: number): string {
  const size = Math.abs(correlation);
  if (size < NEGLIGIBLE) return 'hardly';
  if (size < WEAK) return 'slightly';
  return size < CLEAR ? 'clearly' : 'strongly';
}

/** Why a correlation that falls is not called a success. */
export const NO_GAIN =
  'Nearer to 0 is what calibration does, not a gain in itself: only labels say whether the new order is better.';

/**
 * What calibration did to the link between a characteristic and the reward.
 *
 * @example "Longer responses got clearly higher rewards (rank correlation 0.31). After calibration hardly any
 *   is left (−0.01)."
 */
export function correlationWords(
  characteristic: string,
  before: number | null,
  after: number | null,
): string {
  if (before === null) return 'There is no correlation to speak of; the warnings say why.';
  const subject =
    characteristic === 'chars' ? 'Longer responses' : `Responses with more ${unitWords(characteristic)}`;
  const direction = before < 0 ? 'lower' : 'higher';
  const size = sizeWords(before);
  const seen =
    size === 'hardly' ? `${subject} got hardly other rewards` : `${subject} got ${size} ${direction} rewards`;
  const left =
    after === null
      ? 'After calibration it is not known'
      : sizeWords(after) === 'hardly'
        ? `After calibration hardly any is left (${formatCorrelation(after)})`
        : `After calibration it is ${formatCorrelation(after)}`;
  return `${seen} (rank correlation ${formatCorrelation(before)}). ${left}.`;
}

const WARNINGS: Readonly<Record<string, string>> = {
  'sign-flipped': 'The correlation has changed its sign',
  'hardly-reduced': 'Much of the correlation is still there',
  'cross-fit-disagrees': 'On responses that the fit had not seen it does less',
  'within-prompt-disagrees': 'Within prompts the bias is another than across them',
  'not-distinguishable': 'The bias may be none: it is within the noise',
  'back-fitting-unsettled': 'The fit did not come to rest',
  'correlation-undefined': 'There is no correlation to measure',
  'heavy-robust-weights': 'Many rewards were played down as outliers',
  'rewards-bimodal': 'The rewards seem to form two groups',
  'rewards-skewed': 'The rewards are lopsided',
  'rewards-discrete': 'The rewards are marks, not a continuous scale',
  'rewards-clipped': 'The rewards are cut off at a limit',
  'rewards-outliers': 'A few rewards are far from all others',
  'few-samples-per-neighbourhood': 'Few samples: the curve follows noise',
  'mass-in-ties': 'Many samples share one value',
  'thin-ends': 'Few samples at an end of the curve',
  'unused-characteristics': 'Numbers came along that the curve does not use',
  'whole-texts': 'Some lengths include the prompt',
  'strength-changed': 'The strength was changed after the fit',
};

/** A warning as a short headline; its message has the figures. */
export function warningWords({ code }: Pick<Warning, 'code'>): string {
  return capitalized(WARNINGS[code] ?? code.replaceAll('-', ' '));
}

const VERDICTS: Readonly<Record<Audit['verdict']['code'], { words: string; tone: Tone }>> = {
  calibrate: { words: 'labels say: calibrate', tone: 'good' },
  unclear: { words: 'labels say: unclear', tone: 'plain' },
  leave: { words: 'labels say: do not calibrate', tone: 'warning' },
};

/** An audit in a few words: `not audited`, `labels say: calibrate (strong)`. */
export function auditWords(audit: Audit | null): { readonly words: string; readonly tone: Tone } {
  if (audit === null) return { words: 'not audited', tone: 'plain' };
  const { code, strength } = audit.verdict;
  const { words, tone } = VERDICTS[code];
  return { words: `${words} (${strength})`, tone };
}

/** What an audit is worth, in a sentence. */
export function auditSentence(audit: Audit | null): string {
  if (audit === null)
    return 'Nobody has labelled pairs of responses for this curve yet, so nobody knows whether its order is better than the raw one.';
  const [low, high] = audit.interval;
  return `${audit.verdict.explanation} Expected gain in accuracy: ${formatPoints(audit.gain)} points (${formatPoints(low)} to ${formatPoints(high)}), from ${audit.labels} labels.`;
}

/** That labels judged an earlier version and not this one; undefined where this one is audited, or none. */
export function earlierAuditSentence(
  { version, audit }: Pick<CurveSummary, 'version' | 'audit'>,
  versions: readonly Pick<CurveSummary, 'version' | 'audit'>[],
): string | undefined {
  if (audit !== null) return undefined;
  const earlier = versions.findLast((one) => one.audit !== null && one.version < version);
  if (earlier === undefined) return undefined;
  const verdict = auditWords(earlier.audit).words.replace('say:', 'say');
  return `Version ${earlier.version} was audited: ${verdict}. This version is not; audit it again.`;
}

/** Population stability index: from here on a distribution is usually taken to have moved, and moved much. */
const MOVED = 0.1;
const MOVED_MUCH = 0.25;

/** How far a distribution has moved since the fit, by its population stability index. */
export function driftWords(psi: number): string {
  if (psi < MOVED) return 'unmoved';
  return psi < MOVED_MUCH ? 'moved a little' : 'moved much';
}

/** Below this a correlation of the last minutes is mostly chance. */
const ENOUGH = 100;

/** The correlation of the last minutes before and after calibration: `0.42 → −0.04`. */
export function recentCorrelation({
  samples,
  correlation: { raw, calibrated },
}: Pick<RewardModelActivity, 'samples' | 'correlation'>): string {
  if (samples < ENOUGH) return `${NOTHING} (too few samples)`;
  return `${formatCorrelation(raw)} → ${formatCorrelation(calibrated)}`;
}
