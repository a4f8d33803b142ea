/**
 * Items of several clients, taken in turns: one item of each client. A client with thousands of items delays
 * a single one of another by no more than the number of clients. The items of one client keep their order.
 */
export class FairQueue<Item extends object> {
  /** One lane per client, never empty; the first one is next. */
  readonly #lanes = new Map<string, Set<Item>>();
  /** Client of each item, in arrival order. */
  readonly #clients = new Map<Item, string>();

  get size(): number {
    return this.#clients.size;
  }

  /** The item that has waited longest. */
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

  /** The next `most` items, or all of them if there are fewer. */
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
