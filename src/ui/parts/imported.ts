import type { CurveSummary } from '../api-types.js';

/** A curve whose import is still to be shown on the page of its reward model. */
let untold: CurveSummary | undefined;

/** Leaves it to the page of the reward model to say that this curve was imported. */
export function tellImportThere(curve: CurveSummary): void {
  untold = curve;
}

/** The import to tell of on the page of a reward model, once. */
export function takeImport(rewardModel: string): CurveSummary | undefined {
  const curve = untold?.reward_model === rewardModel ? untold : undefined;
  untold = undefined;
  return curve;
}

/** What an import did. */
export function importedWords({ version }: Pick<CurveSummary, 'version'>): string {
  return `Version ${version} was imported and is current now.`;
}

/** An exported curve from the text of its file. */
export function parseCurve(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON, as an exported curve is');
  }
}
