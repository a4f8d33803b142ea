/** What tells a curve from all others, also after a restart without a store, which counts versions anew. */
export interface CurveIdentity {
  readonly rewardModel: string;
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly fittedAt: string;
}

/** The identity of a curve, without the curve. */
export function identityOf({ rewardModel, version, fittedAt }: CurveIdentity): CurveIdentity {
  return { rewardModel, version, fittedAt };
}
