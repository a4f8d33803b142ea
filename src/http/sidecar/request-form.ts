import { z } from 'zod';
import { Violations } from '../../calibration/violations.js';
import { type Fields, SCORE_FIELDS } from '../../sidecar/servers/score-fields.js';
import {
  conversationParameters,
  NO_PARAMETERS,
  type ScoreParameters,
  scoreParameters,
} from '../../sidecar/servers/score-parameters.js';
import type { Upstream, UpstreamKind } from '../../sidecar/upstream/upstream.js';
import type { JsonObject } from './upstream-entry.js';

/** The fields of a request in one contract. Any other is unknown. */
export interface RequestForm {
  /** Servers of this kind speak it: fields that change the scores go there, and nowhere else. */
  readonly kind: UpstreamKind | undefined;
  /** Fields that the sidecar reads itself: the texts, and what asks for raw scores. */
  readonly read: Fields;
  /** Fields that change nothing about a score. */
  readonly harmless: readonly string[];
  /**
   * Values of fields in `read` that a server of the kind gets, too: they change how it writes its numbers.
   */
  readonly sent?: JsonObject;
  /** The field in `read` that holds a conversation, for which a server of the kind has a chat template. */
  readonly conversation?: string;
}

/** Fields with which a server scores something else than the texts; no server ever gets them from here. */
const NOT_TEXTS: ReadonlySet<string> = new Set([
  'audio_data',
  'data',
  'embed_overrides',
  'image_data',
  'input_embeds',
  'input_ids',
  'is_cross_encoder_request',
  'messages',
  'modalities',
  'positional_embed_overrides',
  'video_data',
]);

/** Every field that changes the score of some server. */
const SCORE_FIELD_NAMES: ReadonlySet<string> = new Set(Object.values(SCORE_FIELDS).flatMap(Object.keys));

const PASSED_OVER = z.unknown().describe('Passed over: it changes nothing about a score');

/** The fields of forms as parts of a body; null is as if absent. */
export function fieldsOf(...forms: readonly RequestForm[]): Fields {
  const named = forms.flatMap(({ kind, read, harmless }) => [
    ...Object.entries(scoreFieldsOf(kind)).map(([name, field]) => [name, orNull(field)] as const),
    ...harmless.map((name) => [name, PASSED_OVER.optional()] as const),
    ...Object.entries(read),
  ]);
  return Object.fromEntries(named);
}

function orNull(field: z.ZodType): z.ZodType {
  const { description = '' } = field;
  return field.nullish().describe(description);
}

function scoreFieldsOf(kind: UpstreamKind | undefined): Fields {
  return kind === undefined ? {} : SCORE_FIELDS[kind];
}

/**
 * What a checked body says beside its texts that changes the scores. Null says nothing.
 *
 * @throws InvalidInput naming every field that would be lost: one that changes the score and is not of this
 *   contract or not of the server's, one of something else than texts, and an unknown one unless the
 *   upstream ignores those.
 */
export function readParameters(form: RequestForm, body: JsonObject, upstream: Upstream): ScoreParameters {
  const scoring = scoreFieldsOf(form.kind);
  const given: Record<string, unknown> = {};
  const lost = new Violations();
  const isOfKind = upstream.kind === form.kind;
  let conversation: readonly unknown[] | undefined;
  for (const [name, value] of Object.entries(body)) {
    if (value === null) continue;
    if (name === form.conversation) {
      if (isOfKind && Array.isArray(value)) conversation = value;
      else lost.add([name], needsTemplate(form.kind));
      continue;
    }
    if (Object.hasOwn(form.read, name) || form.harmless.includes(name)) {
      if (isOfKind && form.sent?.[name] === value) given[name] = value;
    } else if (isOfKind && Object.hasOwn(scoring, name)) given[name] = value;
    else if (SCORE_FIELD_NAMES.has(name)) lost.add([name], changesTheScore(upstream.kind));
    else if (NOT_TEXTS.has(name)) lost.add([name], 'is not taken: only texts are scored here');
    else if (upstream.unknownFields === 'refuse') lost.add([name], UNKNOWN);
    if (lost.isFull) break;
  }
  lost.refuse();
  const parameters = Object.keys(given).length === 0 ? NO_PARAMETERS : scoreParameters(given);
  return conversation === undefined ? parameters : conversationParameters(conversation, parameters);
}

function needsTemplate(kind: UpstreamKind | undefined): string {
  return `is taken in front of a server of kind ${kind} alone, which applies its chat template; send the text`;
}

function changesTheScore(kind: UpstreamKind): string {
  return `changes the score, and cannot be passed on from this contract to a server of kind ${kind}; what such a server has may stand in the upstream's "parameters"`;
}

const UNKNOWN =
  'is not a field of this contract, and may change the score; `unknown_fields: ignore` of the upstream passes over it';
