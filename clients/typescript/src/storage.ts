import type { KeyedState } from "./features.js";
import { Locks, type LockOptions } from "./lock.js";

/** What the storages need of a client. */
export interface StorageClient {
  readonly state: KeyedState;
}

export interface StorageOptions {
  /** The namespace of the keyed state. */
  namespace?: string;
  /** Seconds after the last write after which a session expires. Default: never. */
  ttlSeconds?: number;
}

/** Sessions of a framework under the keys that the framework chose. */
export class Sessions<T> {
  readonly #state: KeyedState;
  readonly #namespace: string;
  readonly #expiry: { ttlSeconds?: number };
  /** The last write of each key, so that the writes of one process keep their order. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(nexus: StorageClient, namespace: string, ttlSeconds: number | undefined) {
    this.#state = nexus.state;
    this.#namespace = namespace;
    this.#expiry = ttlSeconds === undefined ? {} : { ttlSeconds };
  }

  async read(key: string): Promise<T | undefined> {
    await this.#last.get(key);
    return (await this.#state.get<T>(this.#namespace, key))?.value;
  }

  async write(key: string, value: T): Promise<void> {
    await this.#inOrder(key, () => this.#state.set(this.#namespace, key, value, this.#expiry));
  }

  async delete(key: string): Promise<void> {
    await this.#inOrder(key, () => this.#state.delete(this.#namespace, key));
  }

  async *entries(): AsyncGenerator<[string, T], void, undefined> {
    for await (const entry of this.#state.list<T>(this.#namespace)) yield [entry.key, entry.value];
  }

  async #inOrder(key: string, write: () => Promise<unknown>): Promise<void> {
    const mine = (this.#last.get(key) ?? Promise.resolve()).then(write);
    const settled = mine.catch(() => undefined);
    this.#last.set(key, settled);
    try {
      await mine;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}

/** Middleware that runs the updates of one session one after the other, also of several processes. */
export function oneAtATime<C>(nexus: StorageClient, keyOf: (ctx: C) => string | undefined | Promise<string | undefined>, options: LockOptions) {
  const locks = new Locks(nexus, options);
  return async (ctx: C, next: () => Promise<void>): Promise<void> => {
    const key = await keyOf(ctx);
    await (key === undefined ? next() : locks.run(key, next));
  };
}
