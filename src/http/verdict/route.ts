import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type AuditDocument, auditDocument } from '../../curves/audit-document.js';
import type { CurveRegistry } from '../../curves/registry.js';
import { buffersOf } from '../../service/fit-request.js';
import { goneSignal } from '../gone-signal.js';
import { unreadOf, workOnNaming } from '../jobs/named-curve.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE, CODES_OF_FIT, CODES_OF_WORK } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
import { readVerdict } from './job.js';
import { keyOfAnotherCurve } from './labels.js';
import { verdictBody } from './schema.js';

const schema = {
  operationId: 'verdict',
  summary: 'Whether to calibrate, by a few labels: how likely it helps, by how much, and how sure that is',
  description:
    'Of exactly one of: `key` and `labels` (of the pairs that /v1/disputed-pairs asked about), `counts` (labels counted elsewhere), or labelled `pairs` or `rows` as /v1/evaluate takes them, with a curve or settings. The verdict is on calibration at full strength (alpha = 1): `calibrate`, `unclear` (half the strength risks less) or `leave`. Nothing is kept; PUT /v1/curves/audit attaches the answer to its curve.',
  tags: ['labels'],
  querystring: z.strictObject({}),
  body: { content: { 'application/json': { schema: verdictBody } } },
  response: {
    200: auditDocument,
    ...problems(
      ...READING_A_BODY,
      'invalid-key',
      'key-of-another-curve',
      ...CODES_OF_ANY_CURVE,
      ...CODES_OF_FIT,
      ...CODES_OF_WORK,
    ),
  },
};

/** POST /v1/verdict */
export const verdictRoute: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.post('/v1/verdict', { schema }, async ({ body }, reply) => {
    const audit = await judgeBody(services, body, goneSignal(reply));
    requireSameCurve(services.registry, audit);
    return audit;
  });
};

/** Judges off the event loop; keeps nothing. */
function judgeBody(services: Services, body: unknown, signal: AbortSignal): Promise<AuditDocument> {
  return workOnNaming(services, unreadOf(services, body), {
    read: readVerdict,
    buffersOf: (request) => ('labelled' in request ? buffersOf(request.labelled.pairs.samples) : []),
    run: (job, transfer) => services.fitter.run('verdict', job, transfer, signal),
  });
}

/**
 * After a restart without a store, another curve may have the name and the number of a key's.
 *
 * @throws Conflict `key-of-another-curve`.
 */
function requireSameCurve(registry: CurveRegistry, audit: AuditDocument): void {
  const { reward_model: rewardModel, version, fitted_at: fittedAt } = audit;
  if (rewardModel === null || version === null || fittedAt === null) return;
  const found = registry.list().find((history) => history.rewardModel === rewardModel);
  const now = found?.versions.find((curve) => curve.version === version);
  if (now !== undefined && now.fittedAt !== fittedAt)
    throw keyOfAnotherCurve(`version ${version} of this reward model was fitted anew since`);
}
