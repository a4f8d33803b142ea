import type { FitRequest } from '../../service/fit-request.js';
import { readArrowStream } from '../bodies/arrow.js';
import { ARROW_STREAM } from '../bodies/bodies.js';
import { parseJson } from '../bodies/json.js';
import { measureFit, measureLines } from '../fit/job.js';
import { asBuffer, type RequestReader, type Unread } from '../jobs/job.js';
import { checkJsonBody } from '../schemas/check-body.js';
import { readSamples } from '../schemas/samples-schema.js';
import { readSettings } from '../schemas/settings-schema.js';
import { type FitCalibrateQuery, fitCalibrateBody } from './schema.js';

/**
 * Reads a request whose fit is not kept, and so needs no reward model: parsed, checked, measured.
 *
 * @throws Unreadable, InvalidInput: for anything wrong with a body.
 */
export async function readFitCalibrate({
  format,
  body,
  query,
  maxSamples,
}: Unread<FitCalibrateQuery>): Promise<FitRequest> {
  if (format === ARROW_STREAM)
    return measureFit(readSettings(query), { columns: await readArrowStream(body) }, maxSamples);
  const given = checkJsonBody(fitCalibrateBody, parseJson(asBuffer(body)), query);
  return measureFit(readSettings(given), readSamples(given), maxSamples);
}

/** How such requests are read. */
export const FIT_CALIBRATE_READER: RequestReader<FitRequest, FitCalibrateQuery> = {
  read: readFitCalibrate,
  readLines: (lines, query, maxSamples) => measureLines(readSettings(query), lines, maxSamples),
};
