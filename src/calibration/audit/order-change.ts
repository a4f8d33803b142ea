/**
 * What calibration does to the order of two responses, in halves, so that sums are exact (method, "Few
 * labels"): 2 · (s(r̂₁ − r̂₂) − s(r₁ − r₂)), s = 1, ½, 0 for a positive, zero and negative difference.
 * ±2: the order turns to the first (+) or the second response (−); ±1: only one of the two is a tie; 0: the
 * same order. Where a label prefers the first response, + is a pair that calibration fixes, − one it breaks.
 *
 * Orders are those of the calibrated rewards r̂ = r − b̂ themselves, as everywhere in the service: Δr − Δb
 * can differ from r̂₁ − r̂₂ in the last bit.
 */
export function orderChange(raw1: number, raw2: number, calibrated1: number, calibrated2: number): number {
  return orderOf(calibrated1, calibrated2) - orderOf(raw1, raw2);
}

/** 1 where the first is higher, −1 where the second, 0 where they are equal. */
function orderOf(first: number, second: number): number {
  return first > second ? 1 : first < second ? -1 : 0;
}

/** The change of a pair whose order turns round: the pair is disputed. Ties before or after are not. */
export const TURNED = 2;
