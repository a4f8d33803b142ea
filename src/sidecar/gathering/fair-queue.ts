/** What waits in a {@link FairQueue}. */
export interface Queued {
  /** Whose turn it takes. */
  readonly client: string;
  /** Items with different keys are never taken together. */
  readonly key: string;
}

/**
 * Items of several clients, taken in turns: one item of each client. A client with thousands of items delays
 * a single one of another by no more than the number of clients. The items of one client keep their order.
 *
 * Items with different keys are never taken together. Of a client's keys each has its turn, too; and what a
 * client gives to a batch out of its turn does not cost it the turn.
 *
 * Items stand in arrays, most of which are short: those that are taken stand near the beginning, and only the
 * items of a client that goes away are searched for.
 */
export class FairQueue<Item extends Queued> {
  /** The items of each client, never none; the first client is next. */
  readonly #clients = new Map<string, ClientItems<Item>>();
  /** All items, in arrival order. */
  #arrived: Item[] = [];
  /** How many items have each key. */
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#arrived.length;
  }

  /** The item that has waited longest. */
  get oldest(): Item | undefined {
    return this.#arrived[0];
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

  add(item: Item): void {
    const { client, key } = item;
    const items = this.#clients.get(client) ?? new ClientItems<Item>();
    this.#clients.set(client, items);
    items.add(item);
    this.#arrived.push(item);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Takes an item out of its place, if it is still there; its client keeps its turn. */
  delete(item: Item): void {
    if (!remove(this.#arrived, item)) return;
    const { client, key } = item;
    const left = (this.#counts.get(key) ?? 0) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
    const items = this.#clients.get(client);
    items?.delete(item);
    if (items?.isEmpty) this.#clients.delete(client);
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
    const all = this.#arrived;
    this.#arrived = [];
    this.#clients.clear();
    this.#counts.clear();
    return all;
  }

  get #nextKey(): string | undefined {
    return this.#clients.values().next().value?.nextKey;
  }

  /** The client's next turn is after everyone else's, and after that of its other keys. */
  #endTurn(client: string, items: ClientItems<Item>): void {
    items.endTurn();
    if (this.#clients.size === 1) return;
    this.#clients.delete(client);
    this.#clients.set(client, items);
  }
}

/** The items of one client: a lane per key, never empty; the first one is next. */
class ClientItems<Item extends Queued> {
  readonly #lanes: { readonly key: string; readonly items: Item[] }[] = [];

  get isEmpty(): boolean {
    return this.#lanes.length === 0;
  }

  get nextKey(): string | undefined {
    return this.#lanes[0]?.key;
  }

  first(key: string): Item | undefined {
    return this.#laneOf(key)?.items[0];
  }

  add(item: Item): void {
    const lane = this.#laneOf(item.key);
    if (lane === undefined) this.#lanes.push({ key: item.key, items: [item] });
    else lane.items.push(item);
  }

  delete(item: Item): void {
    const lane = this.#laneOf(item.key);
    if (lane !== undefined && remove(lane.items, item) && lane.items.length === 0) remove(this.#lanes, lane);
  }

  /** Moves the lane whose turn it was behind the others. */
  endTurn(): void {
    const first = this.#lanes.shift();
    if (first !== undefined) this.#lanes.push(first);
  }

  #laneOf(key: string) {
    return this.#lanes.find((lane) => lane.key === key);
  }
}

/** Whether the value was in the list, where it no longer is. */
function remove<Value>(list: Value[], value: Value): boolean {
  const place = list.indexOf(value);
  if (place > 0) list.splice(place, 1);
  else if (place === 0) list.shift();
  return place >= 0;
}
