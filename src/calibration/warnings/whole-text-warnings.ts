import type { MeasuredSamples } from '../samples/samples.js';
import type { Warning } from './warning.js';

/**
 * `whole-texts`: lengths that are those of whole texts, prompts included. A curve of them is right for such
 * texts alone; where others are mixed in, for neither.
 */
export function wholeTextWarnings({ wholes = 0, rewards }: MeasuredSamples): Warning[] {
  if (wholes === 0) return [];
  const share = ((100 * wholes) / rewards.length).toPrecision(3);
  const message = `${wholes} of the lengths (${share}%) are those of whole texts, prompts included, since no response was found in them: the bias of the prompt's length is mixed in. Send prompts, or set chat_template or response_marker for the upstream; DELETE /v1/curves forgets what was observed.`;
  return [{ code: 'whole-texts', message }];
}
