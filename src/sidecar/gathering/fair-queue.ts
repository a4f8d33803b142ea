/**
 * Items of several clients, taken in turns: one item of each client. A client with thousands of items delays
 * a single one of another by no more than the number of clients. The items of one client keep their order.
 *
 * Items with different keys are never taken together. Of a client's keys each has its turn, too; and what a
 * client gives to a batch out of its turn does not cost it the turn.
 */
export class FairQueue<Item extends object> {
  /** The items of each client, never none; the first client is next. */
  readonly #clients = new Map<string, ClientItems<Item>>();
  /** Where each item is, in arrival order. */
  readonly #places = new Map<Item, { readonly client: string; readonly key: string }>();
  /** How many items have each key. */
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#places.size;
  }

  /** The item that has waited longest. */
  get oldest(): Item | undefined {
    return this.#places.keys().next().value;
  }

  /** How many items could be taken together now: those with the key whose turn it is. */
  get together(): number {
    const key = this.#nextKey;
    return key === undefined ? 0 : (this.#counts.get(key) ?? 0);
  }

  /** Whether every item has this key. */
  hasOnly(key: string): boolean {
    return this.size === (this.#counts.get(key) ?? 0);
  }

  add(item: Item, client: string, key = ''): void {
    const items = this.#clients.get(client) ?? new ClientItems<Item>();
    this.#clients.set(client, items);
    items.add(item, key);
    this.#places.set(item, { client, key });
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Takes an item out of its place, if it is still there; its client keeps its turn. */
  delete(item: Item): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    this.#places.delete(item);
    const left = (this.#counts.get(place.key) ?? 0) - 1;
    if (left > 0) this.#counts.set(place.key, left);
    else this.#counts.delete(place.key);
    const items = this.#clients.get(place.client);
    items?.delete(item, place.key);
    if (items?.isEmpty) this.#clients.delete(place.client);
  }

  /** The next `most` items with one key, or all with that key if there are fewer. */
  take(most: number): Item[] {
    const taken: Item[] = [];
    const key = this.#nextKey;
    if (key === undefined) return taken;
    for (let before = -1; taken.length < most && before < taken.length; ) {
      before = taken.length;
      // A client whose turn is over goes to the end of the map, where this loop meets it again.
      for (const [client, items] of this.#clients) {
        if (taken.length >= most) break;
        const item = items.first(key);
        if (item === undefined) continue;
        if (items.nextKey === key) this.#endTurn(client, items);
        this.delete(item);
        taken.push(item);
      }
    }
    return taken;
  }

  /** All items, whatever their keys. */
  takeAll(): Item[] {
    const all = [...this.#places.keys()];
    for (const item of all) this.delete(item);
    return all;
  }

  get #nextKey(): string | undefined {
    return this.#clients.values().next().value?.nextKey;
  }

  /** The client's next turn is after everyone else's, and after that of its other keys. */
  #endTurn(client: string, items: ClientItems<Item>): void {
    items.endTurn();
    this.#clients.delete(client);
    this.#clients.set(client, items);
  }
}

/** The items of one client: a lane per key, never empty; the first one is next. */
class ClientItems<Item> {
  readonly #lanes = new Map<string, Set<Item>>();

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  get nextKey(): string | undefined {
    return this.#lanes.keys().next().value;
  }

  first(key: string): Item | undefined {
    return this.#lanes.get(key)?.values().next().value;
  }

  add(item: Item, key: string): void {
    const lane = this.#lanes.get(key);
    if (lane === undefined) this.#lanes.set(key, new Set([item]));
    else lane.add(item);
  }

  delete(item: Item, key: string): void {
    const lane = this.#lanes.get(key);
    lane?.delete(item);
    if (lane?.size === 0) this.#lanes.delete(key);
  }

  /** Moves the lane whose turn it was behind the others. */
  endTurn(): void {
    const [first] = this.#lanes;
    if (first === undefined || this.#lanes.size === 1) return;
    const [key, lane] = first;
    this.#lanes.delete(key);
    this.#lanes.set(key, lane);
  }
}
