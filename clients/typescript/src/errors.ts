/** What the server says about a failed call: a problem document (RFC 9457). */
export interface Problem {
  /** The HTTP status; 0 if there was no response. */
  readonly status: number;
  /** The stable name of the error, such as `invalid` or `conflict`. */
  readonly code: string;
  readonly detail: string;
  /** The field at fault. */
  readonly field?: string | undefined;
  /** The version that the request expected; 0 if it expected no record. */
  readonly expectedVersion?: number | undefined;
  /** The stored version; 0 if there is no record. */
  readonly actualVersion?: number | undefined;
  /** The chats that have a record with the requested id. */
  readonly chatIds?: readonly string[] | undefined;
  /** What an interrupted batch stored. */
  readonly done?: unknown;
  /** Identifies the error in the server's log. */
  readonly traceId?: string | undefined;
  /** Seconds after which the same call may succeed. */
  readonly retryAfter?: number | undefined;
}

/** What a caller can do about an error. */
export type ErrorKind =
  /** A field is not acceptable or too large (400, 413, 415). */
  | "invalid"
  /** The API key is unknown or lacks the scope (401, 403). */
  | "access_denied"
  | "not_found"
  /** The record has another version (412). */
  | "conflict"
  /** The record's state or a rule of the database forbids the write (409). */
  | "state"
  /** The API key reached a limit (429). */
  | "limit"
  /** The store or the server is unavailable. Nothing was changed. */
  | "unavailable"
  /** It is unknown whether a write was applied: read before repeating. */
  | "unknown_outcome"
  /** The server failed, or what responded is not a Nexus server. */
  | "server";

/** Every error of the client, except the reason of an `AbortSignal`. Never contains submitted values. */
export class NexusError extends Error {
  override readonly name = "NexusError";
  readonly kind: ErrorKind;
  readonly problem: Problem;

  constructor(kind: ErrorKind, problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options);
    this.kind = kind;
    this.problem = problem;
  }
}

/** An error that the client finds before it sends anything. */
export function invalid(field: string, detail: string): NexusError {
  return new NexusError("invalid", { status: 0, code: "invalid", field, detail: `${field}: ${detail}` });
}

const kinds: Readonly<Record<number, ErrorKind>> = {
  400: "invalid", 401: "access_denied", 403: "access_denied", 404: "not_found", 405: "invalid", 408: "unavailable", 409: "state", 412: "conflict",
  413: "invalid", 415: "invalid", 429: "limit", 503: "unavailable",
};

/** The error for a response with a status of 300 or more. */
export function fromResponse(response: Response, body: string): NexusError {
  let read: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) read = parsed as Record<string, unknown>;
  } catch {
    // Not a problem document: the status alone decides.
  }
  const text = (name: string): string | undefined => (typeof read[name] === "string" ? (read[name] as string) : undefined);
  const whole = (name: string): number | undefined => (Number.isSafeInteger(read[name]) ? (read[name] as number) : undefined);
  const code = text("code") ?? "";
  const kind = code === "conflict" ? "conflict" : code === "unknown_outcome" ? "unknown_outcome" : kinds[response.status] ?? "server";
  const seconds = Number(response.headers.get("Retry-After") ?? "x");
  return new NexusError(kind, {
    status: response.status,
    code,
    detail: text("detail") ?? text("title") ?? `the server responded with status ${response.status}`,
    field: text("field"),
    expectedVersion: whole("expectedVersion"),
    actualVersion: whole("actualVersion"),
    chatIds: Array.isArray(read["chatIds"]) ? read["chatIds"].map(String) : undefined,
    done: read["done"],
    traceId: text("traceId"),
    retryAfter: seconds >= 0 && seconds < 1e9 ? seconds : undefined,
  });
}
