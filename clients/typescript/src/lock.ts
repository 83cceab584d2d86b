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

/** Locks over the keyed state: of all processes that use the same server, one at a time works on a key. */
export class Locks {
  readonly #state: KeyedState;
  readonly #namespace: string;
  readonly #ttl: number;
  readonly #patience: number;
  /** The last work on each key in this process, so that only one of them asks the server. */
  readonly #last = new Map<string, Promise<void>>();
  /** The versions of own locks that could not be deleted: the next work on their keys takes them over instead of waiting for their end. */
  readonly #left = new Map<string, number>();

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
    let version = await this.#acquire(key, owner);
    let lost: unknown;
    let renewal = Promise.resolve();
    const renew = async (): Promise<void> => {
      try {
        const entry = await this.#state.set(this.#namespace, key, owner, { ttlSeconds: this.#ttl, ifVersion: version });
        version = entry?.version ?? version;
      } catch (error) {
        if (error instanceof NexusError && error.kind === "unavailable") return;
        const held = await this.#heldVersion(key, owner).catch(() => undefined);
        if (held === undefined) lost ??= error;
        else version = held;
      }
    };
    const timer = setInterval(() => (renewal = renewal.then(renew)), (this.#ttl * 1000) / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      await renewal;
      if (lost === undefined) await this.#state.delete(this.#namespace, key, { ifVersion: version }).catch(() => this.#left.set(key, version));
      else throw new NexusError("state", { status: 0, code: "lock_lost", detail: "the lock was lost while the work ran: another process may have worked on the key" }, { cause: lost });
    }
  }

  async #acquire(key: string, owner: string): Promise<number> {
    const end = performance.now() + this.#patience;
    let ifVersion = this.#left.get(key) ?? 0;
    for (let pause = 20; ; pause = Math.min(pause * 1.5, 250)) {
      try {
        const entry = await this.#state.set(this.#namespace, key, owner, { ttlSeconds: this.#ttl, ifVersion });
        this.#left.delete(key);
        if (entry) return entry.version;
      } catch (error) {
        if (!(error instanceof NexusError) || (error.kind !== "conflict" && error.kind !== "unknown_outcome")) throw error;
        if (error.kind === "conflict" && ifVersion !== 0) {
          // It was deleted all the same, or has ended.
          ifVersion = 0;
          this.#left.delete(key);
          continue;
        }
        if (error.kind === "unknown_outcome") {
          const held = await this.#heldVersion(key, owner);
          if (held !== undefined) return held;
        }
      }
      if (performance.now() > end)
        throw new NexusError("unavailable", { status: 0, code: "locked", detail: `the lock was not free within ${this.#patience} ms` });
      await sleep(pause * (0.5 + Math.random()), undefined);
    }
  }

  async #heldVersion(key: string, owner: string): Promise<number | undefined> {
    const entry = await this.#state.get(this.#namespace, key);
    return entry?.value === owner ? entry.version : undefined;
  }
}
