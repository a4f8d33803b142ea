import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { z } from 'zod';
import { type ScoredSamples, scoreSamples } from '../../sidecar/scoring/score-samples.js';
import { problems, READING_A_BODY } from '../schemas/problem.js';
import { CODES_OF_ANY_CURVE } from '../schemas/problem-codes.js';
import type { Services } from '../services.js';
import { classifyContract } from './classify-contract.js';
import { ClientDeparture } from './client-departure.js';
import type { InboundContract } from './inbound-contract.js';
import { embeddingsContract, openaiClassifyContract, poolingContract } from './openai-contracts.js';
import { openrlhfContract } from './openrlhf-contract.js';
import { readParameters } from './request-form.js';
import { upstreamParams } from './schema.js';
import { slimeContract } from './slime-contract.js';
import { predictContract } from './tei-predict-contract.js';
import { asObject } from './upstream-entry.js';

const CONTRACTS: readonly InboundContract[] = [
  openrlhfContract,
  slimeContract,
  classifyContract,
  openaiClassifyContract,
  poolingContract,
  embeddingsContract,
  predictContract,
];

interface SidecarRequest {
  Params: z.output<typeof upstreamParams>;
}

/** POST /sidecar/:upstream/…: each contract that trainers speak, in front of any upstream. */
export const sidecarRoutes: FastifyPluginAsync<Services> = async (app, services) => {
  // Before the body is read: a wrong URL gets an error of its own.
  app.addHook<SidecarRequest>('onRequest', ({ params }, _reply, done) => {
    services.upstreams.get(params.upstream);
    done();
  });
  for (const contract of CONTRACTS) {
    app.post<SidecarRequest>(
      `/sidecar/:upstream${contract.path}`,
      { schema: describeRoute(contract) },
      async ({ params, body, query, ip, headers }, reply) => {
        // Callers take turns; callers that share an address may have keys of their own.
        const caller = { client: `${ip} ${headers.authorization ?? ''}`, signal: new ClientDeparture(reply) };
        const upstream = services.upstreams.get(params.upstream);
        const parameters = readParameters(contract.form(body), asObject(body), upstream.configured);
        const scored = await scoreSamples(services, upstream, { ...contract.read(body), parameters }, caller);
        setHeaders(reply, scored);
        return reply.send(contract.write(scored, body, query));
      },
    );
  }
};

function describeRoute({ operationId, summary, body, query, answer }: InboundContract) {
  return {
    operationId,
    summary,
    description:
      'Asks the upstream for raw rewards in its contract and answers calibrated ones in this one. The headers say how: `x-reward-calibrated` (false where there is no curve and in shadow mode: raw rewards), `x-curve-version`, `x-response-rule` (how responses were found in the texts: `given`, `prompt`, `prompt-tail`, `template`, `marker`, `generic`, `whole`), `x-bos-stripped` (how many texts left their BOS here because the server adds one). Fields that change the score go to a server of the same contract and are refused in front of any other kind of server; unknown fields are refused unless the upstream ignores them.',
    tags: ['sidecar'],
    params: upstreamParams,
    ...(query && { querystring: query }),
    body,
    response: {
      200: answer,
      ...problems(
        ...READING_A_BODY,
        'unknown-upstream',
        'curve-needs-numbers',
        ...CODES_OF_ANY_CURVE,
        'too-many-samples',
        'closing',
        'no-reward',
        'upstream-refused',
        'upstream-wrong-answer',
        'upstream-unavailable',
        'upstream-queue-full',
        'upstream-timeout',
      ),
    },
  };
}

/** Says in headers how the rewards came about: most contracts have no field for it in the body. */
function setHeaders(reply: FastifyReply, { samples, version, bosStripped }: ScoredSamples): void {
  reply.header('x-reward-calibrated', String(version !== undefined));
  if (version !== undefined) reply.header('x-curve-version', version);
  if (samples.length > 0) reply.header('x-response-rule', rulesOf(samples));
  if (bosStripped > 0) reply.header('x-bos-stripped', bosStripped);
}

/** How the responses were found; most requests have one. */
function rulesOf(samples: ScoredSamples['samples']): string {
  const [only] = samples;
  if (samples.length === 1 && only !== undefined) return only.rule;
  return [...new Set(samples.map(({ rule }) => rule))].join(', ');
}
