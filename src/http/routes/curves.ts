import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { curveDocument, fromDocument, toDocument } from '../../curves/curve-document.js';
import { currentCurve } from '../../curves/curve-history.js';
import {
  curveHistory,
  curveList,
  curveSummary,
  curvesQuery,
  deleteAnswer,
  deleteQuery,
  rollbackBody,
  toHistory,
  toSummary,
  toUnreadable,
} from '../schemas/curves.js';
import { problems } from '../schemas/problem.js';
import type { Services } from '../services.js';

const tags = ['curves'];

const readSchema = {
  operationId: 'getCurves',
  summary: 'List the current curves, show the history of one reward model, or export one version',
  description:
    'Without parameters: the current curve of every reward model, and what is stored but cannot be read. With `reward_model`: its versions. With `version` too: the exported document, which PUT imports elsewhere with the same rewards to the bit.',
  tags,
  querystring: curvesQuery,
  response: { 200: z.union([curveList, curveHistory, curveDocument]), ...problems(401, 404, 422, 503) },
};

const importSchema = {
  operationId: 'importCurve',
  summary: 'Import an exported curve as the new current version',
  description: 'Importing the curve that is current already changes nothing.',
  tags,
  body: curveDocument,
  response: { 200: curveSummary, ...problems(400, 401, 409, 413, 415, 422, 503) },
};

const deleteSchema = {
  operationId: 'deleteCurves',
  summary: 'Delete one version, or all curves and observed samples of a reward model',
  description:
    'Deleting all of them works on a full disk, and also gives up stored curves that cannot be read (503 `curve-unreadable`). The numbering goes on.',
  tags,
  querystring: deleteQuery,
  response: { 200: deleteAnswer, ...problems(401, 404, 409, 422, 503) },
};

const rollbackSchema = {
  operationId: 'rollBackCurve',
  summary: 'Make an earlier version current again',
  tags,
  body: rollbackBody,
  response: { 200: curveSummary, ...problems(400, 401, 404, 409, 413, 415, 422, 503) },
};

/** GET, PUT and DELETE /v1/curves, POST /v1/curves/rollback */
export const curvesRoutes: FastifyPluginAsyncZod<Services> = async (app, { registry, windows, metrics }) => {
  app.get('/v1/curves', { schema: readSchema }, async ({ query }) => {
    const { reward_model: rewardModel, version } = query;
    if (rewardModel === undefined) {
      return {
        curves: registry
          .list()
          .flatMap((history) => currentCurve(history) ?? [])
          .map(toSummary),
        unreadable: registry.listUnreadable().map(toUnreadable),
      };
    }
    if (version === undefined) return toHistory(registry.history(rewardModel));
    return toDocument(registry.version(rewardModel, version));
  });

  app.put('/v1/curves', { schema: importSchema }, async ({ body }) => {
    const curve = await registry.import(fromDocument(body));
    metrics.current(curve);
    return toSummary(curve);
  });

  app.delete('/v1/curves', { schema: deleteSchema }, async ({ query }) => {
    const { reward_model, version } = query;
    const deleted = await registry.delete(reward_model, version);
    if (version === undefined) {
      windows.forget(reward_model);
      metrics.forget(reward_model);
      metrics.unreadable(registry.listUnreadable().length);
    }
    return { reward_model, deleted: [...deleted] };
  });

  app.post('/v1/curves/rollback', { schema: rollbackSchema }, async ({ body }) => {
    const curve = await registry.rollBack(body.reward_model, body.version);
    metrics.current(curve);
    return toSummary(curve);
  });
};
