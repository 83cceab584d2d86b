import { sleep } from "./connection.js";
import { NexusError } from "./errors.js";
import type { KeyedState } from "./features.js";
import { newTradeId } from "./values.js";

export interface LockOptions {
  /** The namespace of the locks. Default: `locks`. */
  namespace?: string;
  /** Seconds after which the lock of a process that died is free. It is renewed while the work runs. Default: 30. */
  ttlSeconds?: number;
  /** Milliseconds after which waiting for a lock fails with a `NexusError` of kind `unavailable`. Default: 60,000. */
  patience?: number;
}

interface Held {
  readonly owner: string;
  version: number;
  /** Before this instant nobody else can have the lock, in milliseconds of `performance.now()`. */
  until: number;
}

/** Locks over the keyed state: of all processes that use the same server, one at a time works on a key. */
export class Locks {
  readonly #state: KeyedState;
  readonly #namespace: string;
  readonly #ttl: number;
  readonly #patience: number;
  /** The last work on each key in this process, so that only one of them asks the server. */
  readonly #last = new Map<string, Promise<void>>();
  /** Own locks that were surely not deleted: the next work on their keys takes them over instead of waiting for their end. */
  readonly #left = new Map<string, Held>();

  constructor(nexus: { readonly state: KeyedState }, options: LockOptions = {}) {
    this.#state = nexus.state;
    this.#namespace = options.namespace ?? "locks";
    this.#ttl = options.ttlSeconds ?? 30;
    this.#patience = options.patience ?? 60_000;
  }

  /** Does the work while no other process works on the key. Fails after the work if the lock was lost meanwhile. */
  async run<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(() => this.#alone(key, work));
    const settled = mine.then(() => undefined, () => undefined);
    this.#last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }

  async #alone<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const owner = newTradeId();
    const held = await this.#acquire(key, owner);
    let lost: unknown;
    let renewal = Promise.resolve();
    const renew = async (): Promise<void> => {
      const sent = performance.now();
      try {
        const entry = await this.#state.set(this.#namespace, key, owner, { ttlSeconds: this.#ttl, ifVersion: held.version });
        held.version = entry?.version ?? held.version;
        held.until = sent + this.#ttl * 1000;
      } catch (error) {
        if (error instanceof NexusError && error.kind === "unavailable") return;
        const version = await this.#heldVersion(key, owner).catch(() => undefined);
        if (version === undefined) lost ??= error;
        else held.version = version;
      }
    };
    const timer = setInterval(() => (renewal = renewal.then(renew)), (this.#ttl * 1000) / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      await renewal;
      if (lost === undefined) await this.#free(key, held);
      else throw new NexusError("state", { status: 0, code: "lock_lost", detail: "the lock was lost while the work ran: another process may have worked on the key" }, { cause: lost });
    }
  }

  async #free(key: string, held: Held): Promise<void> {
    try {
      await this.#state.delete(this.#namespace, key, { ifVersion: held.version });
    } catch (error) {
      // Otherwise it is deleted, or ends by its time to live.
      if (error instanceof NexusError && error.kind === "unavailable") this.#left.set(key, held);
    }
  }

  async #acquire(key: string, owner: string): Promise<Held> {
    const end = performance.now() + this.#patience;
    let ifVersion = await this.#leftVersion(key);
    for (let pause = 20; ; pause = Math.min(pause * 1.5, 250)) {
      const held = { owner, version: 0, until: performance.now() + this.#ttl * 1000 };
      try {
        const entry = await this.#state.set(this.#namespace, key, owner, { ttlSeconds: this.#ttl, ifVersion });
        if (entry) return { ...held, version: entry.version };
      } catch (error) {
        if (!(error instanceof NexusError) || (error.kind !== "conflict" && error.kind !== "unknown_outcome")) throw error;
        if (error.kind === "conflict" && ifVersion !== 0) {
          // It has ended meanwhile.
          ifVersion = 0;
          continue;
        }
        if (error.kind === "unknown_outcome") {
          const version = await this.#heldVersion(key, owner);
          if (version !== undefined) return { ...held, version };
        }
      }
      if (performance.now() > end)
        throw new NexusError("unavailable", { status: 0, code: "locked", detail: `the lock was not free within ${this.#patience} ms` });
      await sleep(pause * (0.5 + Math.random()), undefined);
    }
  }

  /**
   * The version of the own lock that was left and is still there; 0 without one. Versions begin again after a deletion, so a version alone may be that
   * of another owner's lock.
   */
  async #leftVersion(key: string): Promise<number> {
    const left = this.#left.get(key);
    if (left === undefined) return 0;
    const version = performance.now() >= left.until ? undefined : await this.#heldVersion(key, left.owner);
    this.#left.delete(key);
    return version ?? 0;
  }

  async #heldVersion(key: string, owner: string): Promise<number | undefined> {
    const entry = await this.#state.get(this.#namespace, key);
    return entry?.value === owner ? entry.version : undefined;
  }
}
