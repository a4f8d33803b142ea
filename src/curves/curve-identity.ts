/** What tells a curve from all others, also after a restart without a store, which counts versions anew. */
export interface CurveIdentity {
  readonly rewardModel: string;
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly fittedAt: string;
}

/** A curve as a request names it; what no version means, each use says: mostly the current one. */
export interface CurveName {
  readonly rewardModel: string;
  readonly version: number | undefined;
}

/** The identity of a curve, without the curve. */
export function identityOf({ rewardModel, version, fittedAt }: CurveIdentity): CurveIdentity {
  return { rewardModel, version, fittedAt };
}
