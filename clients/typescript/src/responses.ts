import type { Call, Connection } from "./connection.js";
import { NexusError } from "./errors.js";
import { note } from "./records.js";

/** The record of a response. */
export async function one<T extends object>(connection: Connection, call: Call): Promise<T> {
  const { response, body } = await connection.send(call);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new NexusError("server", { status: response.status, code: "", detail: "the response has no record" });
  return note(body as T, response);
}

/** As `one`; undefined if the record does not exist. */
export async function oneOrNone<T extends object>(connection: Connection, call: Call): Promise<T | undefined> {
  try {
    return await one<T>(connection, call);
  } catch (error) {
    if (error instanceof NexusError && error.problem.code === "not_found" && !error.message.includes("path does not exist")) return undefined;
    throw error;
  }
}
