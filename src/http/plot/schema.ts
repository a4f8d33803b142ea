import { z } from 'zod';
import { MOST_CURVES, THEMES } from '../../chart/palette.js';
import { characteristicName } from '../../curves/characteristic-name.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { version } from '../curves/schema.js';
import { repeated } from '../schemas/query.js';

/** CSS pixels of a plot, where the request says nothing. */
const USUAL_WIDTH = 900;
const USUAL_HEIGHT = 560;

const pixels = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** The parameters of a plot. */
export const plotQuery = z
  .strictObject({
    reward_model: rewardModelName,
    version: repeated(version)
      .refine((versions) => versions.length <= MOST_CURVES, `at most ${MOST_CURVES} versions are overlaid`)
      .refine((versions) => new Set(versions).size === versions.length, 'must differ')
      .optional()
      .describe('By default the current one; twice: both, one over the other'),
    characteristic: characteristicName
      .optional()
      .describe('By default the first one of the first version, which alone has the density of the samples'),
    theme: z.enum(THEMES).optional().describe('By default light'),
    width: pixels(360, 2_400).optional().describe(`CSS pixels, by default ${USUAL_WIDTH}`),
    height: pixels(300, 2_400).optional().describe(`CSS pixels, by default ${USUAL_HEIGHT}`),
  })
  .transform(({ theme = 'light', width = USUAL_WIDTH, height = USUAL_HEIGHT, ...query }) => ({
    ...query,
    theme,
    width,
    height,
  }));

/** A checked request for a plot, every default filled in but the curve's own. */
export type PlotQuery = z.output<typeof plotQuery>;
