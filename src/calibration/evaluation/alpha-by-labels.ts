import { type AuditVerdict, judge } from '../audit/audit-verdict.js';
import type { LabelledAudit } from '../audit/audited-pool.js';
import { fitTolerance } from '../curve/fit-tolerance.js';
import { estimateBias } from '../fit/estimate.js';
import { requireFinite } from '../fit/finite.js';
import type { ResolvedFitSettings } from '../fit/fit-settings.js';
import type { BetaDistribution } from '../statistics/beta.js';
import { auditRemoval, biasesAtFullStrength } from './audit-pairs.js';
import type { LabelledPairs } from './pairs.js';
import { removeNothing } from './supported-pairs.js';

/** The α chosen for one characteristic, which is the verdict's, and what the labels say. */
export interface AlphaChoice extends LabelledAudit {
  readonly characteristic: string;
  readonly verdict: AuditVerdict;
}

/** Settings whose α are chosen where they were `auto`. */
export interface ChosenAlphas {
  readonly settings: ResolvedFitSettings;
  readonly choices: readonly AlphaChoice[];
}

/**
 * Chooses every α that is `auto` by the labels, in the order of the characteristics: 1, ½ or 0, as the
 * verdict ({@link judge}) on removing b̂ at α = 1 from the rewards that earlier characteristics, with their
 * given or chosen α, have left. Labels decide from the first pair on.
 *
 * The fit is that of all pairs: b̂ knows no labels, so they are as good as new to it.
 *
 * @param unsupported pairs that keep their raw rewards at any strength.
 * @throws as {@link estimateBias}.
 */
export function chooseAlphas(
  pairs: LabelledPairs,
  settings: ResolvedFitSettings,
  unsupported: readonly number[],
  distribution: BetaDistribution,
): ChosenAlphas {
  const characteristics = [...settings.characteristics];
  const choices: AlphaChoice[] = [];
  const last = characteristics.findLastIndex(({ alpha }) => alpha === 'auto');
  let remaining = pairs;
  characteristics.slice(0, last + 1).forEach(({ name, alpha: asked }, place) => {
    const { samples } = remaining;
    const { curves } = estimateBias(samples, { ...settings, characteristics: [{ name, alpha: 1 }] });
    const biases = biasesAtFullStrength(samples, curves);
    let alpha = asked;
    if (alpha === 'auto') {
      const { evidence, pool } = auditRemoval(remaining, {
        characteristic: name,
        biases: removeNothing(pairs, unsupported, biases),
        tolerance: fitTolerance(curves),
      });
      const verdict = judge(evidence, pool, distribution);
      choices.push({ characteristic: name, evidence, pool, verdict });
      alpha = verdict.alpha;
      characteristics[place] = { name, alpha };
    }
    remaining = { ...remaining, samples: { ...samples, rewards: without(samples.rewards, biases, alpha) } };
  });
  return { settings: { ...settings, characteristics }, choices };
}

/** What a fit goes on with: see {@link estimateBias}. */
function without(rewards: Float64Array, biases: Float64Array, alpha: number): Float64Array<ArrayBuffer> {
  const remaining = rewards.map((reward, i) => reward - alpha * biases[i]);
  requireFinite(remaining);
  return remaining;
}
