import { chat, path, type CallOptions, type Connection, type WriteOptions } from "./connection.js";
import type { Decimal } from "./records.js";
import { one, oneOrNone } from "./responses.js";
import type { components } from "./schema.js";
import { decimal } from "./values.js";

type Schemas = components["schemas"];
type Chat = string | number | bigint;

/** The calibration of a strategy. Null in place of the symbol or exchange: for all. */
export type Calibration = Schemas["CalibrationView"];
export type AutomaticCalibration = Schemas["AutomaticCalibrationView"];
/** Which calibration; without a symbol or exchange, that of all. */
export interface CalibrationNames {
  symbol?: string | undefined;
  exchange?: string | undefined;
}
/** A calibration to save. What is left out has the server's default. */
export interface CalibrationValues {
  confidenceThreshold?: Decimal | undefined;
  leverageMultiplier?: Decimal | undefined;
  sizeMultiplier?: Decimal | undefined;
  kellyFraction?: Decimal | undefined;
  winRateEstimate?: Decimal | undefined;
  riskRewardEstimate?: Decimal | undefined;
  isActive?: boolean | undefined;
}

/** `nexus.calibration`: by chat, strategy, and optionally symbol and exchange. */
export class Calibrations {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The most specific active calibration. `exact`: the one for exactly these names, active or not. */
  get(chatId: Chat, strategy: string, names: CalibrationNames & { exact?: boolean } = {}, options: CallOptions = {}): Promise<Calibration | undefined> {
    const query = { symbol: names.symbol, exchange: names.exchange, exact: names.exact?.toString() };
    return oneOrNone(this.#connection, { method: "GET", path: path("calibration", chat(chatId), strategy), query, ...options });
  }

  list(chatId: Chat, filter: { pageSize?: number } = {}, options: CallOptions = {}): AsyncGenerator<Calibration, void, undefined> {
    const query = { limit: filter.pageSize ?? 100 };
    return this.#connection.pages({ method: "GET", path: path("calibration", chat(chatId)), query, ...options }, "calibrations");
  }

  /** Creates or replaces the calibration for exactly these names. */
  save(chatId: Chat, strategy: string, values: CalibrationValues, names: CalibrationNames = {}, options: WriteOptions = {}): Promise<Calibration> {
    const { isActive, ...numbers } = values;
    const body = { isActive, ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, decimal(name, value)])) };
    return one(this.#connection, { method: "PUT", path: path("calibration", chat(chatId), strategy), query: { ...names }, body, ...options });
  }

  /** Calibrates by the closed trades of the last 30 days with these names. */
  auto(chatId: Chat, strategy: string, names: CalibrationNames = {}, options: CallOptions = {}): Promise<AutomaticCalibration> {
    const call = { method: "POST", path: `${path("calibration", chat(chatId), strategy)}:auto`, query: { ...names }, repeatable: true, ...options };
    return one(this.#connection, call);
  }

  delete(chatId: Chat, strategy: string, names: CalibrationNames = {}, options: WriteOptions = {}): Promise<boolean> {
    return this.#connection.remove({ method: "DELETE", path: path("calibration", chat(chatId), strategy), query: { ...names }, ...options });
  }
}
