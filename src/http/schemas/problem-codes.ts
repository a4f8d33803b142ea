import { ARROW_STREAM } from '../bodies/bodies.js';
import { NDJSON } from '../bodies/ndjson.js';

/**
 * The codes of problems that only some operations have, by the status of the answer. Each route names its own
 * (`problems`); those of reading a request follow from what the operation takes ({@link generalCodes}). Tests
 * hold both against the source, and against every refusal that they provoke.
 */
const CODES_OF_OPERATIONS = {
  404: ['unknown-reward-model', 'unknown-version', 'unknown-upstream', 'no-density'],
  409: [
    'no-curve',
    'no-scale',
    'nothing-observed',
    'no-earlier-version',
    'no-version-left',
    'version-in-use',
    'key-of-another-curve',
    'audit-of-another-curve',
    'too-many-reward-models',
    'curve-needs-numbers',
  ],
  413: ['work-too-large', 'upstream-refused'],
  422: [
    'invalid-key',
    'unreadable-curve',
    'too-few-samples',
    'too-many-samples',
    'too-many-characteristics',
    'answer-too-large',
    'work-timeout',
    'upstream-refused',
  ],
  502: ['upstream-refused', 'upstream-wrong-answer', 'no-reward'],
  503: [
    'fit-queue-full',
    'plot-queue-full',
    'store-unavailable',
    'curve-unreadable',
    'upstream-unavailable',
    'upstream-queue-full',
    'closing',
  ],
  504: ['upstream-timeout'],
} as const;

/** A code that a route names. */
export type OperationCode = (typeof CODES_OF_OPERATIONS)[keyof typeof CODES_OF_OPERATIONS][number];

/** The statuses that a code comes with; most have one. */
export function statusesOf(code: OperationCode): number[] {
  return Object.entries<readonly string[]>(CODES_OF_OPERATIONS)
    .filter(([, codes]) => codes.includes(code))
    .map(([status]) => Number(status));
}

/** Of work in a thread: too much of it, or no thread. */
export const CODES_OF_WORK = ['work-too-large', 'work-timeout', 'fit-queue-full', 'closing'] as const;

/** Of the samples and settings of a fit. */
export const CODES_OF_FIT = ['too-few-samples', 'too-many-samples', 'too-many-characteristics'] as const;

/** Of naming a stored curve that has to be there. */
export const CODES_OF_STORED_CURVE = ['unknown-reward-model', 'unknown-version', 'curve-unreadable'] as const;

/** Of naming a curve, or the current one of a reward model that may have none. */
export const CODES_OF_ANY_CURVE = ['no-curve', ...CODES_OF_STORED_CURVE] as const;

/** Of storing a new curve. */
export const CODES_OF_NEW_CURVE = [
  'too-many-reward-models',
  'no-version-left',
  'unreadable-curve',
  'store-unavailable',
  'curve-unreadable',
] as const;

/** What an operation takes, as far as that says how it may refuse. */
export interface Taken {
  /** The formats of its body; none where it has no body. */
  readonly formats: readonly string[];
  readonly asksKey: boolean;
}

/** The codes that every operation has that takes this, by status. */
export function generalCodes({ formats, asksKey }: Taken): Readonly<Record<number, readonly string[]>> {
  const hasBody = formats.length > 0;
  const readsJson = formats.some((format) => format.endsWith('json'));
  const where = (holds: boolean, ...codes: string[]) => (holds ? codes : []);
  return {
    400: [
      ...where(readsJson, 'not-json', 'not-utf-8', 'forbidden-key'),
      ...where(formats.includes(NDJSON), 'line-too-long'),
      ...where(formats.includes(ARROW_STREAM), 'not-arrow'),
      ...where(hasBody, 'empty-body', 'not-decompressible'),
    ],
    401: where(asksKey, 'unauthorized'),
    413: [...where(hasBody, 'body-too-large'), ...where(readsJson, 'too-dense')],
    415: where(hasBody, 'unsupported-format', 'unsupported-encoding'),
    422: ['invalid-input', ...where(readsJson, 'too-deep')],
    503: [
      ...where(asksKey, 'overloaded', 'connections-full'),
      ...where(hasBody, 'bytes-in-flight-full'),
      ...where(formats.includes(NDJSON), 'streams-full'),
    ],
  };
}

/** Every code that some operation has. */
export function allOperationCodes(): string[] {
  const everything = generalCodes({ formats: ['application/json', NDJSON, ARROW_STREAM], asksKey: true });
  return [...Object.values(CODES_OF_OPERATIONS), ...Object.values(everything)].flat();
}

/** Codes of a connection, an address or a fault, which no operation lists. */
export const CODES_OF_NO_OPERATION = [
  'no-such-route',
  'method-not-allowed',
  'bad-url',
  'url-too-long',
  'expectation-failed',
  'bad-request',
  'not-http',
  'request-timeout',
  'header-too-large',
  'internal-error',
] as const;
