import { inspect } from "node:util";
import { Connection, type CallOptions, type ClientOptions } from "./connection.js";
import { NexusError } from "./errors.js";
import { ApiKeys, BotStateApi, Events, KeyedState, Sessions, SystemConfig, Trades, Users } from "./features.js";
import { Calibrations } from "./calibration.js";
import { Tasks } from "./tasks.js";
import type { Alerts, Counts, Health, HistoryEntry, HistoryFilter, Recipient, ServerStatus } from "./records.js";
import { instant } from "./values.js";

/** A client of `nexus serve`. Holds no open connection of its own, so it needs no closing. */
export class NexusClient {
  readonly sessions: Sessions;
  readonly users: Users;
  readonly botState: BotStateApi;
  readonly systemConfig: SystemConfig;
  readonly state: KeyedState;
  readonly trades: Trades;
  readonly calibration: Calibrations;
  readonly tasks: Tasks;
  readonly apiKeys: ApiKeys;
  readonly events: Events;
  readonly #connection: Connection;

  constructor(options: ClientOptions) {
    this.#connection = new Connection(options);
    this.sessions = new Sessions(this.#connection);
    this.users = new Users(this.#connection);
    this.botState = new BotStateApi(this.#connection);
    this.systemConfig = new SystemConfig(this.#connection);
    this.state = new KeyedState(this.#connection);
    this.trades = new Trades(this.#connection);
    this.calibration = new Calibrations(this.#connection);
    this.tasks = new Tasks(this.#connection);
    this.apiKeys = new ApiKeys(this.#connection);
    this.events = new Events(this.#connection);
  }

  /** The chats that may get a signal now, in any order. */
  async dispatch(
    signal: { strategy: string; group?: string; symbol?: string; modes?: readonly string[] }, options: CallOptions = {},
  ): Promise<readonly Recipient[]> {
    const query = { strategy: signal.strategy, group: signal.group, symbol: signal.symbol, modes: signal.modes?.join(",") };
    return (await this.#connection.get<{ recipients: Recipient[] }>({ method: "GET", path: "/v1/dispatch", query, ...options })).recipients;
  }

  /** How many users, sessions and trades there are. `estimated` names the numbers that are estimates. */
  counts(options: CallOptions = {}): Promise<Counts> {
    return this.#connection.get({ method: "GET", path: "/v1/counts", ...options });
  }

  /** Who changed what, newest first. Needs the scope `admin`. */
  history(filter: HistoryFilter = {}, options: CallOptions = {}): AsyncGenerator<HistoryEntry, void, undefined> {
    const query = {
      table: filter.table, key: filter.key, author: filter.author, from: instant("from", filter.from), before: instant("before", filter.before),
      limit: filter.pageSize ?? 100,
    };
    return this.#connection.pages({ method: "GET", path: "/v1/history", query, ...options }, "entries");
  }

  /** Firing and pending alerts, silences and notifiers. Needs the scope `admin`. */
  alerts(options: CallOptions = {}): Promise<Alerts> {
    return this.#connection.get({ method: "GET", path: "/v1/alerts", ...options });
  }

  /** The store and the fallback at a glance. */
  status(options: CallOptions = {}): Promise<ServerStatus> {
    return this.#connection.get({ method: "GET", path: "/v1/status", ...options });
  }

  /** Whether the store responds. An unavailable store or server is a result, not an error. */
  async health(options: CallOptions = {}): Promise<Health> {
    try {
      return await this.#connection.get({ method: "GET", path: "/health/ready", ...options });
    } catch (error) {
      if (error instanceof NexusError && (error.kind === "unavailable" || error.kind === "server")) return { status: "unavailable" };
      throw error;
    }
  }

  [inspect.custom](): string {
    return `NexusClient(${this.#connection.url})`;
  }
}
