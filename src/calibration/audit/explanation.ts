import { figure, percent } from '../warnings/warning.js';
import { ALPHA_OF, type AuditCode, FIRST_LOOK, hardlyChanges, type Strength } from './audit-codes.js';
import type { AuditedPool } from './audited-pool.js';
import type { LabelEvidence } from './label-evidence.js';

/** What an explanation is made of. */
export interface Explained {
  readonly code: AuditCode;
  readonly strength: Strength;
  readonly probability: number;
  readonly evidence: LabelEvidence;
  readonly pool: AuditedPool;
}

/** Why the verdict is what it is, what follows, and how it can mislead: in sentences, without any text. */
export function explain(explained: Explained): string {
  return [findings(explained), advice(explained), caution(explained.pool)].filter(Boolean).join(' ');
}

/** What the labels are about. */
function inQuestion({ purpose }: AuditedPool): string {
  return purpose === 'best-of-n' ? 'changed picks' : 'disputed pairs';
}

function findings({ probability, evidence, pool }: Explained): string {
  const { labels, siding, designEffect } = evidence;
  const disputed = inQuestion(pool);
  if (pool.pairs === 0) return 'There is no pair of responses to one prompt: nothing is known.';
  if (labels === 0) return `No label prefers a response of the ${disputed}.`;
  const counted =
    designEffect > 1
      ? ` (labels of one prompt depend on each other: they count as ${figure(labels / designEffect)})`
      : '';
  return (
    `Your labels side with the calibrated order in ${figure(siding)} of ${figure(labels)} ${disputed}${counted}; ` +
    `the chance that it agrees better with these labellers on this pool is ${chance(probability)}.`
  );
}

/** A probability in whole percent, never rounded to certainty. */
function chance(probability: number): string {
  if (probability > 0.995) return 'more than 99 %';
  if (probability < 0.005) return 'less than 1 %';
  return `${Math.round(100 * probability)} %`;
}

function advice({ code, strength, pool }: Explained): string {
  const alpha = `α = ${ALPHA_OF[code]}`;
  if (hardlyChanges(pool))
    return (
      `Calibration hardly changes this ranking: it changes ${percent(pool.effectiveShare)} of the ${pool.purpose === 'best-of-n' ? 'picks' : 'pairs'}. ` +
      `Leave the rewards as they are (${alpha}).`
    );
  return strength === 'preliminary'
    ? `Fewer than ${FIRST_LOOK} labels are preliminary; so far: ${lowerFirst(ADVICE[code])} (${alpha}).`
    : `${ADVICE[code]} (${alpha})${strength === 'leaning' && code !== 'unclear' ? ', which is likely, not sure, to be better' : ''}.`;
}

const ADVICE: Readonly<Record<AuditCode, string>> = {
  calibrate: 'Calibrate at full strength',
  unclear: 'This does not decide it: half the strength risks less either way',
  leave: 'Leave the rewards as they are',
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Above this share calibration mostly picks the shorter response. */
const MOSTLY = 0.5;

function caution(pool: AuditedPool): string {
  const { shorterPreferred, purpose } = pool;
  if (shorterPreferred !== null && shorterPreferred <= MOSTLY) return '';
  const premise =
    shorterPreferred === null
      ? 'Where the calibrated order mostly picks the shorter response'
      : `The calibrated order picks the shorter response in ${percent(shorterPreferred)} of the ${inQuestion(pool)}`;
  const taste = 'labellers who like longer answers make this measure their taste';
  const join = shorterPreferred === null ? ', ' : ': ';
  return (
    `${premise}${join}${taste}. Prefer objective labels; ` +
    `${purpose === 'best-of-n' ? '' : 'for best-of-n label the changed picks; '}judge each type of task on its own.`
  );
}
