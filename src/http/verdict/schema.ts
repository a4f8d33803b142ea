import { z } from 'zod';
import type { Violations } from '../../calibration/violations.js';
import { MAX_LABELS } from '../../curves/audit-document.js';
import { MAX_ASKED } from '../disputed-pairs/schema.js';
import { pairsFields, pairsRules } from '../labelled-pairs/schema.js';
import { verdictExamples } from '../schemas/examples.js';
import { gated } from '../schemas/gate.js';
import { rewardModelField, rewardModelRules } from '../schemas/samples-schema.js';
import { curveRules, fullStrengthRules, settingsFields, settingsRules } from '../schemas/settings-schema.js';

/** Pairs that are tied before or after calibration are a half. */
const count = z.number().min(0).max(MAX_LABELS).multipleOf(0.5);
const share = z.number().min(0).max(1);

const label = z
  .strictObject({
    id: z.string().max(64).describe('Of the pair, as it was asked'),
    preferred: z.enum(['left', 'right', 'tie']),
  })
  .meta({ id: 'Label' });

const counts = z
  .strictObject({
    fixed: count.describe('Labels of disputed pairs that side with the calibrated order'),
    broken: count.describe('Labels of disputed pairs that side with the raw order'),
    share_disputed: share.describe('Disputed pairs ÷ pairs'),
    ties: count.optional().describe('Labels of disputed pairs that prefer neither response; 0 by default'),
    pairs: z
      .int()
      .min(1)
      .max(1e9)
      .optional()
      .describe('All pairs of the pool; without it there is no interval of a new sample'),
  })
  .meta({ id: 'LabelCounts' });

const fields = z.strictObject({
  ...settingsFields,
  ...pairsFields,
  key: z.string().max(1_000_000).optional().describe('Of /v1/disputed-pairs, with `labels`'),
  labels: z
    .array(label)
    .max(MAX_ASKED)
    .optional()
    .describe('Of the pairs that were asked about; some may be missing'),
  counts: counts
    .optional()
    .describe('Labels counted elsewhere, of random disputed pairs of different prompts'),
  reward_model: rewardModelField
    .optional()
    .describe(
      'With pairs or rows: judge the curve of this reward model instead of fitting one; then without settings. With a key: it must be of this reward model. With counts: whose curve they judge, where it is one of this service',
    ),
  version: z.int().min(1).optional().describe('Of that curve; with pairs or rows by default the current one'),
});

export type VerdictBody = z.output<typeof fields>;

export const verdictBody = gated(fields, verdictRules, { id: 'VerdictRequest', examples: verdictExamples });

/** The forms of evidence, of which a request has one. */
const FORMS = ['key', 'counts', 'pairs', 'rows'] as const;

function verdictRules(body: VerdictBody, found: Violations): void {
  if (FORMS.filter((form) => body[form] !== undefined).length !== 1) {
    found.add([], 'needs exactly one of "key" (with "labels"), "counts", "pairs" and "rows"');
    return;
  }
  if ((body.key === undefined) !== (body.labels === undefined))
    found.add(['labels'], 'come with the "key" of the pairs that were asked about, and a key with labels');
  if (body.counts !== undefined) countsRules(body.counts, found);
  if (body.pairs === undefined && body.rows === undefined) subjectRules(body, found);
  else {
    settingsRules(body, found);
    curveRules(body, found);
    fullStrengthRules(body, found);
    pairsRules(body, found);
  }
}

/** Nothing is fitted or calibrated here: settings would be passed over. */
function subjectRules(body: VerdictBody, found: Violations): void {
  const { reward_model, version } = body;
  if (reward_model !== undefined) rewardModelRules({ reward_model }, found);
  else if (version !== undefined) found.add(['reward_model'], 'is needed with "version"');
  for (const name in settingsFields)
    if (body[name as keyof typeof settingsFields] !== undefined)
      found.add([name], 'belongs to a fit to "pairs" or "rows": here nothing is fitted');
}

function countsRules(given: z.output<typeof counts>, found: Violations): void {
  const { fixed, broken, share_disputed: disputed, ties = 0, pairs } = given;
  const labels = fixed + broken + ties;
  if (labels > 0 && disputed === 0)
    found.add(['counts', 'share_disputed'], 'must be above 0 where disputed pairs have labels');
  else if (pairs !== undefined && labels > Math.round(disputed * pairs))
    found.add(['counts', 'pairs'], 'times "share_disputed" must be at least the number of labels');
}
