/** An audit as `/v1/verdict` answers it: 20 labels, 14 of which side with the calibrated order. */
export const AUDIT_EXAMPLE = {
  reward_model: 'org/reward-model',
  version: 1,
  fitted_at: null,
  purpose: 'pairs',
  verdict: {
    code: 'calibrate',
    strength: 'strong',
    explanation:
      'your labels side with the calibrated order in 14 of 20 disputed pairs; the chance that it agrees better with these labellers on this pool is 96%.',
  },
  probability: 0.96,
  gain: 0.044,
  interval: [0.002, 0.08],
  interval_new_sample: [-0.004, 0.085],
  confidence: 0.9,
  alpha: 1,
  more_labels: 0,
  labels: 20,
  ties: 0,
  share_disputed: 0.13,
  effective_share: 0.132,
  strength_estimate: { alpha: 1, candidates: [{ alpha: 1, gain: 0.03 }] },
  warnings: [],
} as const;
