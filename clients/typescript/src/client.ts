import { inspect } from "node:util";
import { Connection, type CallOptions, type ClientOptions } from "./connection.js";
import { NexusError } from "./errors.js";
import { ApiKeys, BotStateApi, Events, KeyedState, Sessions, SystemConfig, Trades, Users } from "./features.js";
import { Tasks } from "./tasks.js";
import type { Health, ServerStatus } from "./records.js";

/** A client of `nexus serve`. Holds no open connection of its own, so it needs no closing. */
export class NexusClient {
  readonly sessions: Sessions;
  readonly users: Users;
  readonly botState: BotStateApi;
  readonly systemConfig: SystemConfig;
  readonly state: KeyedState;
  readonly trades: Trades;
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
    this.tasks = new Tasks(this.#connection);
    this.apiKeys = new ApiKeys(this.#connection);
    this.events = new Events(this.#connection);
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
