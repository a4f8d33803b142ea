import { expect, test } from 'vitest';
import { judge } from '../../../src/calibration/audit/audit-verdict.js';
import { evidenceOfCounts } from '../../../src/calibration/audit/label-evidence.js';
import { explainVerdict } from '../../../src/calibration/evaluation/verdict-in-words.js';
import { loadBeta } from '../../../src/calibration/statistics/beta.js';

const pool = { pairs: 100, shareDisputed: 0.2, effectiveShare: 0.2, shorterPreferred: 0.9 };
const verdict = judge(evidenceOfCounts(15, 5), pool, await loadBeta());
const preferring = (share: number) => ({ share, standardisedDifference: 0 });

/** The explanation beyond the audit's. */
function addedFor(
  curves: readonly { characteristic: string; alpha: number }[],
  [labels, raw, calibrated]: readonly [number, number, number] = [0.5, 0.7, 0.6],
): string {
  const preference = {
    characteristic: 'chars',
    labels: preferring(labels),
    raw: preferring(raw),
    calibrated: preferring(calibrated),
  };
  const explained = explainVerdict({ verdict, curves, ties: 'half', protocol: undefined, preference });
  expect(explained).toMatchObject({ code: verdict.code, strength: verdict.strength });
  expect(explained.explanation.startsWith(`${verdict.explanation} `)).toBe(true);
  return explained.explanation.slice(verdict.explanation.length + 1);
}

test('a verdict names every characteristic once where strengths differ from 1, and none where none does', () => {
  const chars = { characteristic: 'chars', alpha: 1 };
  const lists = { characteristic: 'lists', alpha: 0.5 };
  expect(addedFor([chars, chars])).toMatch(/^The response with more chars/);
  expect(addedFor([chars, lists, lists])).toMatch(
    /^The verdict is about full strength \(α = 1\), the accuracies are of α = 1 for chars, α = 0\.5 for lists\. The/,
  );
});

test.each([
  [[0.5, 0.7, 0.6], 'nearer to the labels.'],
  [[0.5, 0.6, 0.3], 'further from the labels.'],
  [[0.5, 0.75, 0.25], 'as far from the labels as before.'],
] as const)('shares of the longer response %j are %s', (shares, ending) => {
  expect(addedFor([{ characteristic: 'chars', alpha: 1 }], shares).endsWith(ending)).toBe(true);
});
