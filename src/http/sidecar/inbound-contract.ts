import type { z } from 'zod';
import type { ScoredSamples, SentSamples } from '../../sidecar/scoring/score-samples.js';
import type { RequestForm } from './request-form.js';

/** How trainers ask for rewards and read the answer (contracts, A): one route of the sidecar. */
export interface ContractOf<Body extends z.ZodType, Query extends z.ZodType = z.ZodType> {
  /** The path below `/sidecar/:upstream`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly body: Body;
  readonly query?: Query;
  readonly answer: z.ZodType;
  /** The form of a checked body: whose fields it has. */
  form(body: z.output<Body>): RequestForm;
  /** The samples of a checked body. */
  read(body: z.output<Body>): SentSamples;
  /** The answer for a body whose samples were scored. */
  write(scored: ScoredSamples, body: z.output<Body>, query: z.output<Query>): unknown;
}

/** Any of the contracts. */
export type InboundContract = ContractOf<z.ZodType>;
