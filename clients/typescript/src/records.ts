import type { components } from "./schema.js";
import { Secret } from "./secret.js";

type Schemas = components["schemas"];

/** What the response said about its record. */
export interface ResponseInfo {
  /** `committed`, or `spooled` if the write waits in the server's outbox because PostgreSQL is unavailable. */
  readonly acknowledged?: string;
  /** The age in seconds of a read of the local replica; `"unknown"` if the replica was never complete. Undefined if the read is current. */
  readonly stale?: number | "unknown";
}

/** A JSON object. */
export type Document = Record<string, unknown>;

/** The members that can be sent. */
type Sent<T> = { [K in keyof T]?: T[K] | undefined };

/** A chat's configuration and exchange keys. */
export type Session = Omit<Schemas["SessionView"], "apiKey" | "apiSecret" | "config"> & {
  apiKey: Secret | null;
  apiSecret: Secret | null;
  config: Document;
};
/** What a save of a session changes. A member that is left out keeps what is stored; null removes a key. */
export interface SessionChange {
  apiKey?: Secret | string | null | undefined;
  apiSecret?: Secret | string | null | undefined;
  config?: Document | undefined;
}
export type SavedSession = Schemas["SavedSession"];
/** A subscriber or an admin. */
export type User = Omit<Schemas["UserView"], "groups"> & { groups: Document };
/** What a save of a user changes. A new user needs `days` or `expiresAt`. Instants are ISO 8601 with an offset, or a `Date`. */
export interface UserChange {
  name?: string | undefined;
  role?: "user" | "admin" | undefined;
  days?: number | undefined;
  expiresAt?: string | Date | null | undefined;
  timezone?: string | undefined;
  telegramId?: number | string | undefined;
  groups?: Document | undefined;
}
/** Which users a list returns: those that meet every given condition. */
export interface UserFilter {
  role?: "user" | "admin" | undefined;
  /** The beginning of the name. */
  name?: string | undefined;
  /** A text anywhere in the name; slower among many users. */
  namePart?: string | undefined;
  /** A group that is switched on for the user; slower among many users. */
  group?: string | undefined;
  id?: number | undefined;
  endsFrom?: string | Date | undefined;
  endsBefore?: string | Date | undefined;
  pageSize?: number | undefined;
}
/** A chat that may get a signal now. */
export type Recipient = Schemas["RecipientView"];
/** How many users, sessions and trades there are. */
export type Counts = Schemas["CountsView"];
/** A change: who made it, when, and which fields. */
export type HistoryEntry = Schemas["HistoryEntryView"];
/** Which changes a history returns. */
export interface HistoryFilter {
  table?: string | undefined;
  key?: string | undefined;
  author?: string | undefined;
  from?: string | Date | undefined;
  before?: string | Date | undefined;
  pageSize?: number | undefined;
}
export type Alerts = Schemas["AlertList"];
/** Whether a chat may use the bot. */
export type Access = Schemas["AccessView"];
/** The bot's switches. */
export type BotState = Omit<Schemas["BotStateView"], "enabledStrategies" | "groupConfig"> & { enabledStrategies: Document; groupConfig: Document };
export type BotStateChange = Sent<Pick<BotState, "enabledStrategies" | "groupConfig" | "disabledAssets" | "aiFilterEnabled">>;
/** A setting of the bot: any JSON value under a key. */
export type Setting = Omit<Schemas["ConfigEntryView"], "value"> & { value: unknown };
/** A value of the keyed state. */
export type StateEntry<T = unknown> = Omit<Schemas["StateEntryView"], "value"> & { value: T };
/** A trade. Decimals are text, because a JavaScript number cannot hold them. */
export type Trade = Omit<Schemas["TradeView"], "metadata" | "side" | "status"> & {
  side: "LONG" | "SHORT";
  status: "OPEN" | "CLOSED" | "CANCELLED";
  metadata: Document;
};
/** A decimal that is sent: text, or a whole number. A number with a fraction is refused. */
export type Decimal = string | number | bigint;
/** A new trade. */
export interface NewTrade {
  /** A UUID. Default: a new version 7 UUID. Create it yourself (`newTradeId`) to repeat the call later. */
  id?: string | undefined;
  chatId: string | number | bigint;
  symbol: string;
  side: "LONG" | "SHORT";
  entryPrice: Decimal;
  quantity: Decimal;
  strategy?: string | undefined;
  exchange?: string | undefined;
  leverage?: number | undefined;
  entryTimestamp?: string | Date | undefined;
  metadata?: Document | undefined;
  exitPrice?: Decimal | undefined;
  exitTimestamp?: string | Date | undefined;
  pnl?: Decimal | undefined;
  pnlPct?: Decimal | undefined;
  fees?: Decimal | undefined;
  slippage?: Decimal | undefined;
  status?: "OPEN" | "CLOSED" | "CANCELLED" | undefined;
  exitReason?: string | undefined;
}
/** How a trade is closed. PnL is computed unless it is given. */
export interface TradeClose {
  chatId?: string | number | bigint | undefined;
  entryTimestamp?: string | Date | undefined;
  exitPrice?: Decimal | undefined;
  exitTimestamp?: string | Date | undefined;
  pnl?: Decimal | undefined;
  pnlPct?: Decimal | undefined;
  fees?: Decimal | undefined;
  slippage?: Decimal | undefined;
  exitReason?: string | undefined;
  cancelled?: boolean | undefined;
}
/** An executed order of a trade. */
export interface NewFill {
  /** The order's id at the exchange: a trade holds it once for each exchange. */
  orderId: string;
  side: "ENTRY" | "EXIT";
  price: Decimal;
  quantity: Decimal;
  fee?: Decimal | undefined;
  feeCurrency?: string | undefined;
  exchange?: string | undefined;
  timestamp?: string | Date | undefined;
}
/** An executed order as it is stored. */
export interface Fill {
  orderId: string;
  side: "ENTRY" | "EXIT";
  price: string;
  quantity: string;
  fee: string;
  feeCurrency: string | null;
  exchange: string | null;
  timestamp: string;
}
/** A trade after fills were added. */
export interface AddedFills {
  fills: Fill[];
  trade: Trade;
}
/** The fills of a trade and what is left of it. */
export interface FillList {
  fills: Fill[];
  status: "OPEN" | "CLOSED" | "CANCELLED";
  quantity: string;
  enteredQuantity: string;
  exitedQuantity: string;
  remainingQuantity: string;
}
export interface TradeFilter {
  chatId?: string | number | bigint | undefined;
  status?: "OPEN" | "CLOSED" | "CANCELLED" | undefined;
  symbol?: string | undefined;
  from?: string | Date | undefined;
  to?: string | Date | undefined;
  strategy?: string | undefined;
  exchange?: string | undefined;
  exitFrom?: string | Date | undefined;
  exitTo?: string | Date | undefined;
  pageSize?: number | undefined;
}
/** The result of a batch of trades; `index` counts from 0. */
export interface TradeBatch {
  stored: number;
  wereThere: number;
  rejected: number;
  errors: { index: number; code: string; message: string }[];
}
export type Performance = Schemas["PerformanceView"];
export type EquityPoint = Schemas["EquityPointView"];
/** Which closed trades figures are of: of the last days, or between two instants. */
export interface PerformanceFilter {
  chatId?: string | number | bigint | undefined;
  days?: number | undefined;
  from?: string | Date | undefined;
  to?: string | Date | undefined;
  symbol?: string | undefined;
  strategy?: string | undefined;
  exchange?: string | undefined;
}
export type ApiKey = Omit<Schemas["ApiKeyView"], never> & { key?: Secret };
export type Health = Schemas["HealthView"];
/** A record changed. Both are `*` after the stream was opened again: read again what you keep in memory. */
export interface Change {
  table: string;
  id: string;
}
export type ServerStatus = Schemas["ServerReport"];

const infos = new WeakMap<object, ResponseInfo>();

/** What the response said about the record that it returned. */
export function responseOf(record: object): ResponseInfo {
  return infos.get(record) ?? {};
}

export function note<T extends object>(record: T, response: Response): T {
  const acknowledged = response.headers.get("Nexus-Acknowledged");
  const stale = response.headers.get("Nexus-Stale");
  infos.set(record, {
    ...(acknowledged === null ? {} : { acknowledged }),
    ...(stale === null ? {} : { stale: stale === "unknown" ? "unknown" : Number(stale) }),
  });
  return record;
}

/** Notes for a record what the response said about another form of it. */
export function carry<T extends object>(record: T, source: object): T {
  infos.set(record, responseOf(source));
  return record;
}

export function session(view: Schemas["SessionView"]): Session {
  return { ...view, apiKey: secret(view.apiKey), apiSecret: secret(view.apiSecret), config: view.config as Document };
}

export function secret(text: string | null | undefined): Secret | null {
  return text === null || text === undefined ? null : new Secret(text);
}
