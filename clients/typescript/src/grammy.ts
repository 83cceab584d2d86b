import { oneAtATime, Sessions, type StorageClient, type StorageOptions } from "./storage.js";
import type { LockOptions } from "./lock.js";

/**
 * A `StorageAdapter` of grammY over the keyed state: `session({ initial, storage: new NexusStorage(nexus) })`.
 * grammY reads a session before and writes it after the handlers of an update, so simultaneous updates of one session overwrite each other
 * in any storage. Put `sequentialUpdates` before `session`.
 */
export class NexusStorage<T> {
  readonly #sessions: Sessions<T>;

  /** @param options the namespace, by default `grammy`, and the time to live. */
  constructor(nexus: StorageClient, options: StorageOptions = {}) {
    this.#sessions = new Sessions<T>(nexus, options.namespace ?? "grammy", options.ttlSeconds);
  }

  read(key: string): Promise<T | undefined> {
    return this.#sessions.read(key);
  }

  write(key: string, value: T): Promise<void> {
    return this.#sessions.write(key, value);
  }

  delete(key: string): Promise<void> {
    return this.#sessions.delete(key);
  }

  async has(key: string): Promise<boolean> {
    return (await this.#sessions.read(key)) !== undefined;
  }

  async *readAllKeys(): AsyncGenerator<string, void, undefined> {
    for await (const [key] of this.#sessions.entries()) yield key;
  }

  async *readAllValues(): AsyncGenerator<T, void, undefined> {
    for await (const [, value] of this.#sessions.entries()) yield value;
  }

  readAllEntries(): AsyncGenerator<[string, T], void, undefined> {
    return this.#sessions.entries();
  }
}

/** What the default session key needs of a context. */
interface ChatContext {
  readonly chatId?: number | undefined;
}

/**
 * Middleware that runs the updates of one session one after the other, also of several processes: `bot.use(sequentialUpdates(nexus), session(…))`.
 * @param options `getSessionKey` as given to `session`, by default the chat; the namespace and time to live of the locks.
 */
export function sequentialUpdates<C extends ChatContext>(
  nexus: StorageClient, options: LockOptions & { getSessionKey?: (ctx: C) => string | undefined | Promise<string | undefined> } = {},
) {
  return oneAtATime<C>(nexus, options.getSessionKey ?? ((ctx) => ctx.chatId?.toString()), { namespace: "grammy-locks", ...options });
}
