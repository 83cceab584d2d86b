import { chat, dump, path, sleep, type CallOptions, type Connection, type WriteOptions } from "./connection.js";
import { invalid, NexusError } from "./errors.js";
import * as records from "./records.js";
import type * as r from "./records.js";
import { one, oneOrNone } from "./responses.js";
import type { components } from "./schema.js";
import { decimal, instant, newTradeId } from "./values.js";

type Schemas = components["schemas"];
type Chat = string | number | bigint;
const mergePatch = "application/merge-patch+json";

function toSession(view: Schemas["SessionView"]): r.Session {
  return records.carry(records.session(view), view);
}

/** `nexus.sessions`: the config of each chat and its exchange keys. */
export class Sessions {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A chat's session; undefined if there is none. Secrets are masks unless the API key has the scope `secrets`. */
  async get(chatId: Chat, options: CallOptions = {}): Promise<r.Session | undefined> {
    const found = await oneOrNone<Schemas["SessionView"]>(this.#connection, { method: "GET", path: path("sessions", chat(chatId)), ...options });
    return found && toSession(found);
  }

  /** Sessions by chat id, with a mode or with a strategy that is true. */
  async *list(filter: { mode?: string | undefined; strategy?: string | undefined; pageSize?: number } = {}, options: CallOptions = {}): AsyncGenerator<r.Session, void, undefined> {
    const query = { mode: filter.mode, strategy: filter.strategy, limit: filter.pageSize ?? 100 };
    for await (const view of this.#connection.pages<Schemas["SessionView"]>({ method: "GET", path: "/v1/sessions", query, ...options }, "sessions")) yield records.session(view);
  }

  /** Creates or replaces a session. Members that are left out keep what is stored. */
  async save(chatId: Chat, change: r.SessionChange, options: WriteOptions = {}): Promise<r.Session> {
    return toSession(await one(this.#connection, { method: "PUT", path: path("sessions", chat(chatId)), body: change, ...options }));
  }

  /** Changes fields of a config by a JSON merge patch (RFC 7396): null removes a field. */
  async patchConfig(chatId: Chat, patch: r.Document, options: WriteOptions = {}): Promise<r.Session> {
    return toSession(await one(this.#connection, { method: "PATCH", path: `${path("sessions", chat(chatId))}/config`, body: patch, contentType: mergePatch, ...options }));
  }

  /** Saves many sessions, all or none: at most 10,000, each chat once. */
  async saveBatch(sessions: (r.SessionChange & { chatId: Chat; config: r.Document })[], options: CallOptions = {}): Promise<r.SavedSession[]> {
    const body = { sessions: sessions.map((session) => ({ ...session, chatId: chat(session.chatId) })) };
    return (await one<Schemas["SessionBatchView"]>(this.#connection, { method: "POST", path: "/v1/sessions:batch", body, ...options })).sessions;
  }

  /** Deletes a session and its keys. False if there is none. */
  delete(chatId: Chat, options: WriteOptions = {}): Promise<boolean> {
    return this.#connection.remove({ method: "DELETE", path: path("sessions", chat(chatId)), ...options });
  }
}

/** `nexus.users`: who may use the bot, and until when. */
export class Users {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(chatId: Chat, options: CallOptions = {}): Promise<r.User | undefined> {
    return oneOrNone(this.#connection, { method: "GET", path: path("users", chat(chatId)), ...options });
  }

  /**
   * Users that meet every given condition: `role`, the beginning of the `name`, a `namePart`, a `group`, the end of the subscription, the `id` that
   * PostgreSQL gives each user, which the legacy bot shows. Ordered by the end if one is given, else by the name if one is given, else by chat id.
   */
  list(filter: r.UserFilter = {}, options: CallOptions = {}): AsyncGenerator<r.User, void, undefined> {
    const query = {
      role: filter.role, name: filter.name, namePart: filter.namePart, group: filter.group, id: filter.id, endsFrom: instant("endsFrom", filter.endsFrom), endsBefore: instant("endsBefore", filter.endsBefore),
      limit: filter.pageSize ?? 100,
    };
    return this.#connection.pages({ method: "GET", path: "/v1/users", query, ...options }, "users");
  }

  /** The access of at most 1,000 chats, in their order. */
  async accessMany(chatIds: readonly Chat[], options: CallOptions = {}): Promise<readonly Schemas["ChatAccessView"][]> {
    const call = { method: "POST", path: "/v1/users:access", body: { chatIds: chatIds.map(chat) }, repeatable: true, ...options };
    return (await one<Schemas["AccessList"]>(this.#connection, call)).access;
  }

  /** Who changed the user, newest first. */
  history(chatId: Chat, options: CallOptions = {}): AsyncGenerator<Schemas["HistoryEntryView"], void, undefined> {
    return this.#connection.pages({ method: "GET", path: `${path("users", chat(chatId))}/history`, ...options }, "entries");
  }

  /** Creates or changes a user. Members that are left out keep what is stored. A new user needs `days` or `expiresAt`. */
  save(chatId: Chat, change: r.UserChange, options: WriteOptions = {}): Promise<r.User> {
    const expiresAt = change.expiresAt === null ? null : instant("expiresAt", change.expiresAt);
    return one(this.#connection, { method: "PUT", path: path("users", chat(chatId)), body: { ...change, expiresAt }, ...options });
  }

  /** Changes the time zone and single groups; a group with null is removed. The scope `bot` is enough. */
  patch(chatId: Chat, change: { timezone?: string | undefined; groups?: r.Document | undefined }, options: WriteOptions = {}): Promise<r.User> {
    return one(this.#connection, { method: "PATCH", path: path("users", chat(chatId)), body: change, contentType: mergePatch, ...options });
  }

  /** Adds days to the later of now and the present end. A lost response is repeated under the same idempotency key, so the days are added once. */
  extend(chatId: Chat, days: number, options: CallOptions = {}): Promise<r.User> {
    return one(this.#connection, { method: "POST", path: `${path("users", chat(chatId))}/extend`, body: { days }, ...options });
  }

  access(chatId: Chat, options: CallOptions = {}): Promise<r.Access> {
    return one(this.#connection, { method: "GET", path: `${path("users", chat(chatId))}/access`, ...options });
  }

  /** Erases the chat: session, keys, user, keyed state. Returns the receipt. Needs the scope `admin`. */
  forget(chatId: Chat, options: CallOptions & { dryRun?: boolean } = {}): Promise<r.Document> {
    const { dryRun, ...rest } = options;
    const call = { method: "POST", path: `${path("users", chat(chatId))}/forget`, query: { dryRun: dryRun?.toString() }, repeatable: true, ...rest };
    return one(this.#connection, call);
  }

  delete(chatId: Chat, options: WriteOptions = {}): Promise<boolean> {
    return this.#connection.remove({ method: "DELETE", path: path("users", chat(chatId)), ...options });
  }
}

/** `nexus.botState`: the bot's switches. */
export class BotStateApi {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(options: CallOptions = {}): Promise<r.BotState> {
    return one(this.#connection, { method: "GET", path: "/v1/bot-state", ...options });
  }

  /** Replaces each switch that is given completely; the others stay. */
  save(change: r.BotStateChange, options: WriteOptions = {}): Promise<r.BotState> {
    return one(this.#connection, { method: "PUT", path: "/v1/bot-state", body: change, ...options });
  }

  /** Changes single strategies and groups; null removes one. `disabledAssets` is the complete list. */
  patch(change: r.BotStateChange, options: WriteOptions = {}): Promise<r.BotState> {
    return one(this.#connection, { method: "PATCH", path: "/v1/bot-state", body: change, contentType: mergePatch, ...options });
  }
}

/** `nexus.systemConfig`: settings. Changes need the scope `admin`. */
export class SystemConfig {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(key: string, options: CallOptions = {}): Promise<r.Setting | undefined> {
    return oneOrNone(this.#connection, { method: "GET", path: path("system-config", key), ...options });
  }

  async list(options: CallOptions = {}): Promise<r.Setting[]> {
    return (await one<{ entries: r.Setting[] }>(this.#connection, { method: "GET", path: "/v1/system-config", ...options })).entries;
  }

  save(key: string, value: unknown, options: WriteOptions & { updatedBy?: string | null } = {}): Promise<r.Setting> {
    const { updatedBy, ...rest } = options;
    return one(this.#connection, { method: "PUT", path: path("system-config", key), body: { value, updatedBy }, ...rest });
  }

  delete(key: string, options: WriteOptions = {}): Promise<boolean> {
    return this.#connection.remove({ method: "DELETE", path: path("system-config", key), ...options });
  }
}

/** `nexus.state`: JSON values under a namespace and a key, with a time to live. */
export class KeyedState {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A value; undefined if there is none or it has expired. */
  get<T = unknown>(namespace: string, key: string, options: CallOptions = {}): Promise<r.StateEntry<T> | undefined> {
    return oneOrNone(this.#connection, { method: "GET", path: path("state", namespace, key), ...options });
  }

  /** The values of a namespace, in the order of the bytes of their keys. */
  list<T = unknown>(namespace: string, filter: { prefix?: string | undefined; pageSize?: number } = {}, options: CallOptions = {}): AsyncGenerator<r.StateEntry<T>, void, undefined> {
    const query = { prefix: filter.prefix, limit: filter.pageSize ?? 100 };
    return this.#connection.pages({ method: "GET", path: path("state", namespace), query, ...options }, "entries");
  }

  /** Stores any JSON value of at most 256 KiB. Without `ttlSeconds` and `expiresAt` it does not expire. Undefined if it has expired at once. */
  async set<T = unknown>(namespace: string, key: string, value: T, options: WriteOptions & { ttlSeconds?: number; expiresAt?: string | Date } = {}): Promise<r.StateEntry<T> | undefined> {
    const { ttlSeconds, expiresAt, ...rest } = options;
    if (value === undefined) throw invalid("value", "must not be undefined; null is a value");
    const body = { value, ttlSeconds, expiresAt: instant("expiresAt", expiresAt) };
    return this.#write({ method: "PUT", path: path("state", namespace, key), body, ...rest });
  }

  /** Changes members by a JSON merge patch (RFC 7396). Keeps the expiry unless `ttlSeconds` is given. */
  patch<T = unknown>(namespace: string, key: string, patch: r.Document, options: WriteOptions & { ttlSeconds?: number } = {}): Promise<r.StateEntry<T> | undefined> {
    const { ttlSeconds, ...rest } = options;
    return this.#write({ method: "PATCH", path: path("state", namespace, key), query: { ttlSeconds }, body: patch, contentType: mergePatch, ...rest });
  }

  delete(namespace: string, key: string, options: WriteOptions = {}): Promise<boolean> {
    return this.#connection.remove({ method: "DELETE", path: path("state", namespace, key), ...options });
  }

  async #write<T>(call: Parameters<Connection["send"]>[0]): Promise<r.StateEntry<T> | undefined> {
    const { response, body } = await this.#connection.send(call);
    return response.status === 204 ? undefined : records.note(body as r.StateEntry<T>, response);
  }
}

/** `nexus.trades` */
export class Trades {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Stores a trade, usually an open one. Repeating the call with the same id returns the stored trade. */
  open(trade: r.NewTrade, options: CallOptions = {}): Promise<r.Trade> {
    const body = tradeBody({ ...trade, id: trade.id ?? newTradeId() });
    return one(this.#connection, { method: "POST", path: "/v1/trades", body, repeatable: true, ...options });
  }

  get(id: string, which: { chatId?: Chat; entryTimestamp?: string | Date } = {}, options: CallOptions = {}): Promise<r.Trade | undefined> {
    const query = tradeOf(which);
    return oneOrNone(this.#connection, { method: "GET", path: path("trades", id), query, ...options });
  }

  /** Closes an open trade. A lost response is repeated under the same idempotency key. */
  close(id: string, close: r.TradeClose, options: CallOptions = {}): Promise<r.Trade> {
    return one(this.#connection, { method: "POST", path: path("trades", id, "close"), body: tradeBody(close), ...options });
  }

  /**
   * Adds 1 to 100 executed orders to an open trade: all of them or none. A fill that is there already adds nothing, so a lost response is repeated.
   * The trade closes when its exits reach its quantity.
   */
  addFills(id: string, fills: readonly r.NewFill[], which: { chatId?: Chat; entryTimestamp?: string | Date } = {}, options: CallOptions = {}): Promise<r.AddedFills> {
    const body = {
      fills: fills.map((fill) => ({
        ...fill, price: decimal("price", fill.price), quantity: decimal("quantity", fill.quantity), fee: decimal("fee", fill.fee),
        timestamp: instant("timestamp", fill.timestamp),
      })),
    };
    const query = tradeOf(which);
    return one(this.#connection, { method: "POST", path: `${path("trades", id, "fills")}:batch`, query, body, repeatable: true, ...options });
  }

  /** The executed orders of a trade, and what is left of it. */
  fills(id: string, which: { chatId?: Chat; entryTimestamp?: string | Date } = {}, options: CallOptions = {}): Promise<r.FillList> {
    const query = tradeOf(which);
    return one(this.#connection, { method: "GET", path: path("trades", id, "fills"), query, ...options });
  }

  /** Trades, newest entry first. */
  list(filter: r.TradeFilter = {}, options: CallOptions = {}): AsyncGenerator<r.Trade, void, undefined> {
    const query = { ...tradeQuery(filter), limit: filter.pageSize ?? 100 };
    return this.#connection.pages({ method: "GET", path: "/v1/trades", query, ...options }, "trades");
  }

  /** How many trades `list` would return with the same filter, counted exactly in the store. `pageSize` is ignored. */
  async count(filter: r.TradeFilter = {}, options: CallOptions = {}): Promise<number> {
    const view = await one<Schemas["TradeCountView"]>(this.#connection, {
      method: "GET", path: "/v1/trades/count", query: tradeQuery(filter), ...options,
    });
    return Number(view.count);
  }

  /** Stores many trades, each independent of the others. They are sent 1,000 at a time with ids made here, so a lost response is repeated. */
  async saveBatch(trades: Iterable<r.NewTrade> | AsyncIterable<r.NewTrade>, options: CallOptions = {}): Promise<r.TradeBatch> {
    const total: r.TradeBatch = { stored: 0, wereThere: 0, rejected: 0, errors: [] };
    let lines: string[] = [];
    let sent = 0;
    const send = async (): Promise<void> => {
      const view = await one<Schemas["TradeBatchView"]>(this.#connection, {
        method: "POST", path: "/v1/trades:batch", body: lines.join("\n"), contentType: "application/x-ndjson", repeatable: true, ...options,
      });
      total.stored += view.stored;
      total.wereThere += view.wereThere;
      total.rejected += view.rejected;
      total.errors.push(...view.errors.map((error) => ({ index: sent + error.line - 1, code: error.code, message: error.message })));
      sent += lines.length;
      lines = [];
    };
    for await (const trade of trades) {
      lines.push(dump(tradeBody({ ...trade, id: trade.id ?? newTradeId() })));
      if (lines.length === 1000) await send();
    }
    if (lines.length > 0) await send();
    return total;
  }

  /** Figures over closed trades, also for each group: `limit` of them, 100 by default, the largest total PnL first. `excursions`: also average mae and mfe of the metadata. */
  performance(
    filter: r.PerformanceFilter & { groupBy?: "strategy" | "symbol" | "exchange" | "chat" | "side" | "month" | "day"; limit?: number; excursions?: boolean } = {},
    options: CallOptions = {},
  ): Promise<r.Performance> {
    const query = { ...performanceQuery(filter), groupBy: filter.groupBy, limit: filter.limit, excursions: filter.excursions?.toString() };
    return one(this.#connection, { method: "GET", path: "/v1/trades/performance", query, ...options });
  }

  /** The equity curve in order of time. `bucket`: the width of a step, such as `15m`, `4h` or `1d` (default). */
  async equity(filter: r.PerformanceFilter & { bucket?: string } = {}, options: CallOptions = {}): Promise<readonly r.EquityPoint[]> {
    const query = { ...performanceQuery(filter), bucket: filter.bucket };
    return (await one<Schemas["EquityView"]>(this.#connection, { method: "GET", path: "/v1/trades/equity", query, ...options })).points;
  }
}

/** `nexus.apiKeys`: the server's API keys. Needs the scope `admin`. */
export class ApiKeys {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async list(options: CallOptions = {}): Promise<r.ApiKey[]> {
    return (await one<{ apiKeys: r.ApiKey[] }>(this.#connection, { method: "GET", path: "/v1/api-keys", ...options })).apiKeys;
  }

  /** Creates a key. Only this result contains it. */
  async create(name: string, scopes: string[], options: CallOptions = {}): Promise<r.ApiKey & { key: NonNullable<r.ApiKey["key"]> }> {
    const view = await one<Schemas["NewApiKeyView"]>(this.#connection, { method: "POST", path: "/v1/api-keys", body: { name, scopes }, ...options });
    return { ...view, key: records.secret(view.key)! };
  }

  delete(id: string, options: CallOptions = {}): Promise<boolean> {
    return this.#connection.remove({ method: "DELETE", path: path("api-keys", id), ...options });
  }
}

/** What `watch` streams. */
export interface WatchOptions {
  /** Only changes of these tables, such as `sessions`. */
  tables?: readonly string[];
  /** Only changes of sessions, users, calibrations, trades and tasks of these chats. */
  chatIds?: readonly (string | number | bigint)[];
  /** Milliseconds before the stream is opened again. */
  retryPause?: number;
}

/** `nexus.events` */
export class Events {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Which records change, never their content. Ends only by the signal, or with an error when the API key stops working.
   * The first change is `{ table: "*", id: "*" }`, as after each reconnect: read again what you keep in memory.
   */
  async *watch(options: CallOptions & WatchOptions = {}): AsyncGenerator<r.Change, void, undefined> {
    const query = new URLSearchParams();
    for (const table of options.tables ?? []) query.append("table", table);
    for (const id of options.chatIds ?? []) query.append("chatId", chat(id));
    const url = query.size > 0 ? `/v1/events?${query}` : "/v1/events";
    const first = options.retryPause ?? 1000;
    for (let pause = first; ; pause = Math.min(pause * 2, 30_000)) {
      try {
        for await (const change of this.#stream(url, options.signal)) {
          pause = first;
          yield change;
        }
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof NexusError && !["unavailable", "limit", "server"].includes(error.kind)) throw error;
      }
      await sleep(pause, options.signal);
    }
  }

  async *#stream(url: string, signal: AbortSignal | undefined): AsyncGenerator<r.Change, void, undefined> {
    let [kind, data, announced] = ["", "", false];
    for await (const line of this.#connection.lines(url, signal)) {
      if (!announced) {
        // The server has subscribed before it sends its first line, so a read from now on misses nothing.
        announced = true;
        yield { table: "*", id: "*" };
      }
      if (line.startsWith("event:")) kind = line.slice(6).trim();
      else if (line.startsWith("data:")) data += line.slice(5).trim();
      else if (line === "") {
        if (kind === "end" && data.includes("key_changed")) throw new NexusError("access_denied", { status: 401, code: "unauthorized", detail: "the API key was removed or changed" });
        if (kind === "change") yield JSON.parse(data) as r.Change;
        [kind, data] = ["", ""];
      }
    }
  }
}

const decimals = ["entryPrice", "exitPrice", "quantity", "pnl", "pnlPct", "fees", "slippage"] as const;
const instants = ["entryTimestamp", "exitTimestamp"] as const;

function tradeQuery(filter: r.TradeFilter): Record<string, string | number | undefined> {
  return {
    chatId: filter.chatId === undefined ? undefined : chat(filter.chatId), status: filter.status, symbol: filter.symbol,
    from: instant("from", filter.from), to: instant("to", filter.to), strategy: filter.strategy, exchange: filter.exchange,
    exitFrom: instant("exitFrom", filter.exitFrom), exitTo: instant("exitTo", filter.exitTo),
  };
}

/** Which of the trades with an id. */
function tradeOf(which: { chatId?: Chat; entryTimestamp?: string | Date }): Record<string, string | undefined> {
  return { chatId: which.chatId === undefined ? undefined : chat(which.chatId), entryTimestamp: instant("entryTimestamp", which.entryTimestamp) };
}

function performanceQuery(filter: r.PerformanceFilter): Record<string, string | number | undefined> {
  return {
    chatId: filter.chatId === undefined ? undefined : chat(filter.chatId), days: filter.days, from: instant("from", filter.from),
    to: instant("to", filter.to), symbol: filter.symbol, strategy: filter.strategy, exchange: filter.exchange,
  };
}

function tradeBody(trade: Omit<Partial<r.NewTrade>, keyof r.TradeClose> & r.TradeClose): Record<string, unknown> {
  const body: Record<string, unknown> = { ...trade };
  for (const name of decimals) body[name] = decimal(name, trade[name]);
  for (const name of instants) body[name] = instant(name, trade[name]);
  if (trade.chatId !== undefined) body["chatId"] = chat(trade.chatId);
  return body;
}
