import { z } from 'zod';
import { type JointCounts, MAX_BINS } from '../calibration/fit/joint-counts.js';

const edges = z
  .array(z.number())
  .min(2)
  .max(MAX_BINS + 1);

/** The joint counts of the fitted samples as documents have them. */
export const jointCountsField = z
  .strictObject({
    characteristic: z
      .strictObject({ edges })
      .describe(
        'Bins of the first characteristic, about equally full: bin j has the values from edges[j] to below edges[j + 1], the last one also its upper edge',
      ),
    reward: z.strictObject({ edges }).describe('Bins of the raw reward, likewise'),
    counts: z
      .array(z.array(z.int().min(0)).min(1).max(MAX_BINS))
      .min(1)
      .max(MAX_BINS)
      .describe('A row for each bin of the characteristic, in it a count for each bin of the reward'),
  })
  .superRefine((field, context) =>
    jointCountsRules(field, (path, message) => context.addIssue({ code: 'custom', path, message })),
  )
  .describe('How many of the fitted samples lie where, in quantile bins: for plots and comparisons');

type JointCountsField = z.infer<typeof jointCountsField>;

/** The rules of joint counts beyond their structure. */
export function jointCountsRules(
  { characteristic, reward, counts }: JointCountsShape,
  report: (path: (string | number)[], message: string) => void,
): void {
  for (const [name, bins] of Object.entries({ characteristic, reward })) {
    const disorder = firstDisorder(bins.edges);
    if (disorder > 0) report([name, 'edges', disorder], 'must be above the edge before');
  }
  if (counts.length !== characteristic.edges.length - 1)
    report(['counts'], 'must have a row for each bin of the characteristic');
  const uneven = counts.findIndex((row) => row.length !== reward.edges.length - 1);
  if (uneven >= 0) report(['counts', uneven], 'must have a count for each bin of the reward');
}

/** Joint counts of the right structure. */
interface JointCountsShape {
  readonly characteristic: { readonly edges: readonly number[] };
  readonly reward: { readonly edges: readonly number[] };
  readonly counts: readonly (readonly number[])[];
}

/** The index of the first value that is not above the one before, or −1. */
export function firstDisorder(values: readonly number[]): number {
  for (let i = 1; i < values.length; i++)
    if (!((values[i] ?? Number.NaN) > (values[i - 1] ?? Number.NaN))) return i;
  return -1;
}

/** How many samples were counted. */
export function sumOfCounts({ counts }: JointCountsField): number {
  let sum = 0;
  for (const row of counts) for (const count of row) sum += count;
  return sum;
}

/** Joint counts as a document has them. */
export function toJointCountsField({
  characteristicEdges,
  rewardEdges,
  counts,
}: JointCounts): JointCountsField {
  return {
    characteristic: { edges: Array.from(characteristicEdges) },
    reward: { edges: Array.from(rewardEdges) },
    counts: counts.map((row) => Array.from(row)),
  };
}

/** The joint counts of a validated document. */
export function fromJointCountsField({ characteristic, reward, counts }: JointCountsField): JointCounts {
  return {
    characteristicEdges: Float64Array.from(characteristic.edges),
    rewardEdges: Float64Array.from(reward.edges),
    counts: counts.map((row) => Uint32Array.from(row)),
  };
}
