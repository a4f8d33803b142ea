import type { Departure } from '../gathering/departure.js';
import { Gatherer } from '../gathering/gatherer.js';
import type { LearntTemplate } from '../responses/learnt-template.js';
import { ResponseRecovery } from '../responses/response-recovery.js';
import type { RawReward, TextToScore } from '../servers/reward-server.js';
import { contractOf } from '../servers/servers.js';
import { learnTemplate } from './learn-template.js';
import type { Upstream } from './upstream.js';
import { UpstreamClient, type UpstreamObserver } from './upstream-client.js';

/** A configured upstream with its connections, its queue and its rules. */
export class ConnectedUpstream {
  readonly configured: Upstream;
  /** What its chat template writes, where one is configured. */
  readonly template: LearntTemplate | undefined;
  /** Finds the responses within its texts. */
  readonly recovery: ResponseRecovery;
  readonly #client: UpstreamClient;
  readonly #gatherer: Gatherer;

  private constructor(
    configured: Upstream,
    observer: UpstreamObserver,
    template: LearntTemplate | undefined,
  ) {
    this.configured = configured;
    this.template = template;
    this.recovery = new ResponseRecovery({ ...configured, template });
    this.#client = new UpstreamClient(configured, contractOf(configured.kind), observer);
    this.#gatherer = new Gatherer(configured.batch, async (texts) => {
      const { rewards, answer } = await this.#client.send(texts);
      return { rewards: rewards.map(({ reward, entry }) => ({ reward, entry, answer })), answer };
    });
  }

  /** @throws Error in one line for a chat template from which nothing can be learnt. */
  static async connect(configured: Upstream, observer: UpstreamObserver): Promise<ConnectedUpstream> {
    const { name, chatTemplate } = configured;
    const template = chatTemplate === undefined ? undefined : await learnTemplate(name, chatTemplate);
    return new ConnectedUpstream(configured, observer, template);
  }

  get name(): string {
    return this.configured.name;
  }

  /** As {@link Gatherer.waiting}. */
  get waiting(): number {
    return this.#gatherer.waiting;
  }

  /** As {@link Gatherer.scoreAll}. */
  scoreAll(texts: readonly TextToScore[], client: string, signal: Departure): Promise<readonly RawReward[]> {
    return this.#gatherer.scoreAll(texts, client, signal);
  }

  /** As {@link Gatherer.scoreEach}. */
  scoreEach(
    texts: readonly TextToScore[],
    client: string,
    signal: Departure,
  ): Promise<readonly PromiseSettledResult<RawReward>[]> {
    return this.#gatherer.scoreEach(texts, client, signal);
  }

  async close(): Promise<void> {
    await this.#gatherer.close();
    await this.#client.close();
  }
}
