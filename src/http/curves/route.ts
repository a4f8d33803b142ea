import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fromDocument } from '../../curves/curve-document.js';
import { currentCurve } from '../../curves/curve-history.js';
import { exportedCurve, toExport } from '../../curves/exported-curve.js';
import { requireUsable } from '../../curves/usable-curve.js';
import { deleteCurves, importCurve, rollBack } from '../../service/change-curve.js';
import { problems, READING_A_BODY, READING_A_QUERY } from '../schemas/problem.js';
import { CODES_OF_NEW_CURVE, CODES_OF_STORED_CURVE } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
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
} from './schema.js';

const tags = ['curves'];

const readSchema = {
  operationId: 'getCurves',
  summary: 'List the current curves, show the history of one reward model, or export one version',
  description:
    'Without parameters: the current curve of every reward model, what was observed of others, and what is stored but cannot be read. With `reward_model`: its versions. With `version` too: the exported document, which PUT imports elsewhere with the same rewards to the bit.',
  tags,
  querystring: curvesQuery,
  response: {
    200: z.union([curveList, curveHistory, exportedCurve]).describe('By the parameters'),
    ...problems(...READING_A_QUERY, ...CODES_OF_STORED_CURVE),
  },
};

const importSchema = {
  operationId: 'importCurve',
  summary: 'Import an exported curve as the new current version',
  description:
    'Importing the curve that is current already makes no version; an audit in the document takes the place of its own, and without one nothing changes.',
  tags,
  body: exportedCurve,
  response: { 200: curveSummary, ...problems(...READING_A_BODY, ...CODES_OF_NEW_CURVE) },
};

const deleteSchema = {
  operationId: 'deleteCurves',
  summary: 'Delete one version, or all curves and observed samples of a reward model',
  description:
    'Deleting all of them also forgets what was observed of a reward model without a curve, works on a full disk, and also gives up stored curves that cannot be read (503 `curve-unreadable`). The numbering goes on.',
  tags,
  querystring: deleteQuery,
  response: {
    200: deleteAnswer,
    ...problems(...READING_A_QUERY, 'version-in-use', 'store-unavailable', ...CODES_OF_STORED_CURVE),
  },
};

const rollbackSchema = {
  operationId: 'rollBackCurve',
  summary: 'Make an earlier version current again',
  description:
    'Without `version` the one with the next lower number among those that are kept, whatever was current before; no version is lost.',
  tags,
  body: rollbackBody,
  response: {
    200: curveSummary,
    ...problems(...READING_A_BODY, 'no-earlier-version', 'store-unavailable', ...CODES_OF_STORED_CURVE),
  },
};

/** GET, PUT and DELETE /v1/curves, POST /v1/curves/rollback */
export const curvesRoutes: FastifyPluginAsyncZod<Services> = async (app, services) => {
  const { registry } = services;
  app.get('/v1/curves', { schema: readSchema }, async ({ query }) => {
    const { reward_model: rewardModel, version } = query;
    if (rewardModel === undefined) return listAll(services);
    if (version === undefined) return toHistory(registry.history(rewardModel));
    return toExport(registry.version(rewardModel, version));
  });

  app.put('/v1/curves', { schema: importSchema }, async ({ body, log }) => {
    requireUsable(body);
    return toSummary(await importCurve(services, fromDocument(body), body.audit ?? null, log));
  });

  app.delete('/v1/curves', { schema: deleteSchema }, async ({ query, log }) => {
    const { reward_model, version } = query;
    const deleted = await deleteCurves(services, { rewardModel: reward_model, version }, log);
    return { reward_model, deleted: [...deleted] };
  });

  app.post('/v1/curves/rollback', { schema: rollbackSchema }, async ({ body, log }) => {
    const { reward_model: rewardModel, version } = body;
    return toSummary(await rollBack(services, { rewardModel, version }, log));
  });
};

function listAll({ registry, windows }: Services): z.output<typeof curveList> {
  const curves = registry.list().flatMap((history) => currentCurve(history) ?? []);
  const fitted = new Set(curves.map(({ rewardModel }) => rewardModel));
  return {
    curves: curves.map(toSummary),
    observed: windows.rewardModels
      .filter((name) => !fitted.has(name))
      .sort()
      .map((name) => ({ reward_model: name, samples: windows.get(name)?.size ?? 0 })),
    unreadable: registry.listUnreadable().map(toUnreadable),
  };
}
