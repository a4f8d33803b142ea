/**
 * Items of several clients. What is taken goes round the clients, an item each, so that a client with thousands waiting
 * delays another's single one by no more than the number of clients; within a client, and in all, first come first.
 */
export class FairQueue<Item extends object> {
  /** A lane a client, none of them empty; the first one is next. */
  readonly #lanes = new Map<string, Set<Item>>();
  /** Whose each item is; in order of arrival, whoever's. */
  readonly #clients = new Map<Item, string>();

  get size(): number {
    return this.#clients.size;
  }

  /** What has waited longest. */
  get oldest(): Item | undefined {
    return this.#clients.keys().next().value;
  }

  add(item: Item, client: string): void {
    const lane = this.#lanes.get(client);
    if (lane === undefined) this.#lanes.set(client, new Set([item]));
    else lane.add(item);
    this.#clients.set(item, client);
  }

  /** Takes an item out of its place, if it is still there; its client keeps its turn. */
  delete(item: Item): void {
    const client = this.#clients.get(item);
    if (client === undefined) return;
    this.#clients.delete(item);
    const lane = this.#lanes.get(client);
    lane?.delete(item);
    if (lane?.size === 0) this.#lanes.delete(client);
  }

  /** The next `most` items, or all that there are. */
  take(most: number): Item[] {
    const taken: Item[] = [];
    while (taken.length < most) {
      const item = this.#next();
      if (item === undefined) break;
      taken.push(item);
    }
    return taken;
  }

  #next(): Item | undefined {
    for (const [client, lane] of this.#lanes) {
      const item = lane.values().next().value;
      // The client's next turn is after everyone else's.
      this.#lanes.delete(client);
      if (item === undefined) continue;
      lane.delete(item);
      this.#clients.delete(item);
      if (lane.size > 0) this.#lanes.set(client, lane);
      return item;
    }
    return undefined;
  }
}
