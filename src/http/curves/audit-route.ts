import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { auditDocument } from '../../curves/audit-document.js';
import { auditedCurve } from '../../curves/audit-subject.js';
import { rewardModelName } from '../../curves/reward-model-name.js';
import { attachAudit } from '../../service/change-curve.js';
import { problems, READING_A_BODY, READING_A_QUERY } from '../schemas/problem.js';
import { CODES_OF_STORED_CURVE } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
import { curveSummary, toSummary, version } from './schema.js';

const tags = ['curves'];

const curveNamed = z.strictObject({ reward_model: rewardModelName, version });

const attachSchema = {
  operationId: 'attachAudit',
  summary: 'Attach an audit (the answer of POST /v1/verdict) to a version of a curve',
  description:
    'It takes the place of the one that is there. What the query string leaves out, the audit has to name; what both name must be the same, and so must `fitted_at` where it is not null (409 `audit-of-another-curve`). GET /v1/curves shows it, and the export carries it. A fit makes a version without.',
  tags,
  querystring: curveNamed.partial(),
  body: auditDocument,
  response: {
    200: curveSummary,
    ...problems(...READING_A_BODY, 'audit-of-another-curve', 'store-unavailable', ...CODES_OF_STORED_CURVE),
  },
};

const detachSchema = {
  operationId: 'detachAudit',
  summary: 'Take the audit off a version of a curve',
  description: 'A version without one stays as it is.',
  tags,
  querystring: curveNamed,
  response: {
    200: curveSummary,
    ...problems(...READING_A_QUERY, 'store-unavailable', ...CODES_OF_STORED_CURVE),
  },
};

/** PUT and DELETE /v1/curves/audit */
export const auditRoutes: FastifyPluginAsyncZod<Services> = async (app, services) => {
  app.put('/v1/curves/audit', { schema: attachSchema }, async ({ body, query, log }) => {
    const subject = auditedCurve(body, { rewardModel: query.reward_model, version: query.version });
    return toSummary(await attachAudit(services, subject, body, log));
  });

  app.delete('/v1/curves/audit', { schema: detachSchema }, async ({ query, log }) => {
    const subject = { rewardModel: query.reward_model, version: query.version };
    return toSummary(await attachAudit(services, subject, null, log));
  });
};
