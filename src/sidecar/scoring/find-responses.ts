import { countCodePoints } from '../../calibration/samples/characteristics.js';
import { Slices } from '../../service/slices.js';
import type { RecoveredResponse, ResponseRecovery } from '../responses/response-recovery.js';
import type { TextToScore } from '../servers/reward-server.js';

/** A sample as a trainer sent it. */
export interface SentSample extends TextToScore {
  /** The response alone, where the contract has it. */
  readonly response?: string | undefined;
}

/** A response as it was found, and its length in code points. */
export interface FoundResponse extends RecoveredResponse {
  readonly length: number;
}

/**
 * Finds the responses in the texts; where there is much text, other requests get a turn in between. The only
 * text of a request, as trainers send them, needs no promise.
 */
export function findResponses(
  samples: readonly SentSample[],
  recovery: ResponseRecovery,
): FoundResponse[] | Promise<FoundResponse[]> {
  const [only] = samples;
  if (samples.length === 1 && only !== undefined) return [foundIn(only, recovery)];
  return findInSlices(samples, recovery);
}

async function findInSlices(
  samples: readonly SentSample[],
  recovery: ResponseRecovery,
): Promise<FoundResponse[]> {
  const slices = new Slices();
  const responses: FoundResponse[] = [];
  for (const sample of samples) {
    responses.push(foundIn(sample, recovery));
    const turn = slices.done(sample.text.length + (sample.prompt?.length ?? 0));
    if (turn) await turn;
  }
  return responses;
}

function foundIn(sample: SentSample, recovery: ResponseRecovery): FoundResponse {
  const { response, rule } = responseOf(sample, recovery);
  return { response, rule, length: countCodePoints(response) };
}

function responseOf({ response, text, prompt }: SentSample, recovery: ResponseRecovery): RecoveredResponse {
  return response === undefined ? recovery.recover({ text, prompt }) : recovery.given(response);
}
