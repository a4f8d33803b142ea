// Its types give an app the method that has the document.
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { CODES_OF_NO_OPERATION } from '../../src/http/schemas/problem-codes.js';

/** What the log of a service says of a request that was refused. */
interface Refused {
  readonly msg: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly code: string;
}

/** The operations of an OpenAPI document, as far as it is read here. */
type Paths = Readonly<
  Record<string, Readonly<Record<string, { responses: Record<string, { description: string }> }>>>
>;

/** Collects the refusals of a service from its log, which has to be at `warn`. */
export class RefusalLog {
  readonly #refused: Refused[] = [];

  write(text: string): void {
    for (const line of text.split('\n').filter((line) => line.includes('"request refused"')))
      this.#refused.push(JSON.parse(line));
  }

  /** The refusals that the OpenAPI document does not list for their operation, each once. */
  undocumented(app: FastifyInstance): string[] {
    const { paths = {} } = app.swagger() as unknown as { paths?: Paths };
    const missing = this.#refused.filter((refused) => !isDocumented(refused, paths));
    return [
      ...new Set(missing.map(({ method, route, status, code }) => `${method} ${route} ${status} ${code}`)),
    ];
  }
}

function isDocumented({ method, route, status, code }: Refused, paths: Paths): boolean {
  if (code === '' || (CODES_OF_NO_OPERATION as readonly string[]).includes(code)) return true;
  const operations = paths[route.replaceAll(/:(\w+)/g, '{$1}')];
  return operations?.[method.toLowerCase()]?.responses[status]?.description.includes(`\`${code}\``) ?? false;
}
