import { oneAtATime, Sessions, type StorageClient, type StorageOptions } from "./storage.js";
import type { LockOptions } from "./lock.js";

/**
 * A `SessionStore` of Telegraf over the keyed state: `session({ store: new NexusSessionStore(nexus) })`.
 * Telegraf shares one session object among simultaneous updates of one process. With several processes, put `sequentialUpdates` before `session`.
 */
export class NexusSessionStore<T> {
  readonly #sessions: Sessions<T>;

  /** @param options the namespace, by default `telegraf`, and the time to live. */
  constructor(nexus: StorageClient, options: StorageOptions = {}) {
    this.#sessions = new Sessions<T>(nexus, options.namespace ?? "telegraf", options.ttlSeconds);
  }

  get(name: string): Promise<T | undefined> {
    return this.#sessions.read(name);
  }

  set(name: string, value: T): Promise<void> {
    return this.#sessions.write(name, value);
  }

  delete(name: string): Promise<void> {
    return this.#sessions.delete(name);
  }
}

/** What the default session key needs of a context. */
interface FromChatContext {
  readonly from?: { readonly id: number } | undefined;
  readonly chat?: { readonly id: number } | undefined;
}

/**
 * Middleware that runs the updates of one session one after the other, also of several processes: `bot.use(sequentialUpdates(nexus), session(…))`.
 * @param options `getSessionKey` as given to `session`, by default sender and chat; the namespace and time to live of the locks.
 */
export function sequentialUpdates<C extends FromChatContext>(
  nexus: StorageClient, options: LockOptions & { getSessionKey?: (ctx: C) => string | undefined | Promise<string | undefined> } = {},
) {
  const key = options.getSessionKey ?? ((ctx: C) => (ctx.from && ctx.chat ? `${ctx.from.id}:${ctx.chat.id}` : undefined));
  return oneAtATime<C>(nexus, key, { namespace: "telegraf-locks", ...options });
}
