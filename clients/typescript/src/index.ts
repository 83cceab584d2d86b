export { NexusClient } from "./client.js";
export type { CallOptions, ClientOptions, IfVersion, WriteOptions } from "./connection.js";
export { NexusError, type ErrorKind, type Problem } from "./errors.js";
export { responseOf } from "./records.js";
export type * from "./records.js";
export type { components, paths } from "./schema.js";
export { Secret } from "./secret.js";
export { newTradeId } from "./values.js";
export { Locks, type LockOptions } from "./lock.js";
