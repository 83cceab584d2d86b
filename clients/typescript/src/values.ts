import { invalid } from "./errors.js";
import type { Decimal } from "./records.js";

/** A decimal as the API takes it. */
export function decimal(field: string, value: Decimal | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw invalid(field, "a number with a fraction is not exact: send the decimal as text");
  const text = String(value);
  if (!/^[+-]?\d{1,60}(\.\d{1,60})?$/.test(text)) throw invalid(field, "must be a decimal as text, such as 0.1");
  return text;
}

/** An instant as the API takes it. */
export function instant(field: string, value: string | Date | undefined): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  if (Number.isNaN(value.getTime())) throw invalid(field, "is an invalid Date");
  return value.toISOString();
}

/** A version 7 UUID: the present time in milliseconds and 74 random bits (RFC 9562). */
export function newTradeId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(now / 0x10000));
  view.setUint16(4, now % 0x10000);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
