import { inspect } from "node:util";
import { fromResponse, invalid, NexusError } from "./errors.js";
import { Secret } from "./secret.js";

/** A version that a write names: a number, 0 for a record that must not exist, or `"*"` for one that must. */
export type IfVersion = number | "*";

/** The last argument of every call. */
export interface CallOptions {
  /** Ends the call, also between retries, with the signal's reason. A write may have been applied. */
  signal?: AbortSignal | undefined;
  /**
   * Any text of 1 to 255 bytes by which the server knows a POST for 24 hours: a repeat, also by another process, returns the first response and
   * changes nothing. Default: a new UUID for each call, so that its retries are safe. Other calls ignore it.
   */
  idempotencyKey?: string | undefined;
}

/** The last argument of a write of a versioned record. */
export interface WriteOptions extends CallOptions {
  ifVersion?: IfVersion | undefined;
}

export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`. http is accepted for this machine only, unless `allowHttp` is true. */
  url: string;
  apiKey: string;
  /** Milliseconds until an attempt without a response is given up. Default: 10,000. */
  timeout?: number;
  /** How often a call is sent again, if that is safe. Default: 3. */
  retries?: number;
  /** Milliseconds before the first retry; doubles each time. Default: 200. */
  retryPause?: number;
  /** Accept http to another host, inside a trusted network: the key is sent unencrypted. */
  allowHttp?: boolean;
  /** Replaces `fetch`. */
  fetch?: typeof globalThis.fetch;
}

export interface Call extends WriteOptions {
  method: string;
  path: string;
  query?: Record<string, string | number | undefined>;
  /** JSON; a string is sent as it is. */
  body?: unknown;
  contentType?: string;
  /** Sending it again after a lost response does no harm, also without a version. */
  repeatable?: boolean;
}

export interface Result {
  response: Response;
  body: unknown;
}

const refusals = new Set(["too_many_requests", "busy", "unavailable", "request_in_progress"]);
/** The server sends something every 15 s. */
const silence = 45_000;

/** Sends calls and repeats those that are safe to repeat. */
export class Connection {
  readonly url: string;
  readonly #key: string;
  readonly #timeout: number;
  readonly #retries: number;
  readonly #pause: number;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: ClientOptions) {
    this.url = checkUrl(options.url, options.allowHttp ?? false);
    if (!/^[\x21-\x7e]+$/.test(options.apiKey)) throw invalid("apiKey", "must be printable ASCII without spaces");
    this.#key = options.apiKey;
    this.#timeout = options.timeout ?? 10_000;
    this.#retries = options.retries ?? 3;
    this.#pause = options.retryPause ?? 200;
    this.#fetch = options.fetch ?? globalThis.fetch;
  }

  /** The result of a call; the status is below 300. */
  async send(call: Call): Promise<Result> {
    const isRead = call.method === "GET";
    const key = call.method !== "POST" ? undefined : call.idempotencyKey ?? (call.repeatable === true ? undefined : crypto.randomUUID());
    const repeatable = isRead || call.method === "DELETE" || call.repeatable === true || call.ifVersion !== undefined || key !== undefined;
    const request = this.#request(call, key);
    let inDoubt = false;
    for (let made = 0; ; made++) {
      let error: NexusError;
      let again: boolean;
      try {
        const limit = AbortSignal.timeout(this.#timeout);
        const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
        const response = await this.#fetch(request.url, { ...request.init, signal });
        const text = await response.text();
        if (response.status < 300) return { response, body: text === "" ? undefined : parse(text) };
        error = fromResponse(response, text);
        again = refusals.has(error.problem.code);
        // With a key, the response to a repeat is that of the first attempt.
        if (key !== undefined && !again && response.status < 500) throw error;
        if (error.problem.code === "unknown_outcome" || (error.problem.code === "" && [502, 503, 504].includes(response.status))) {
          inDoubt ||= !isRead;
          again = repeatable;
        }
      } catch (failure) {
        if (failure instanceof NexusError) throw failure;
        call.signal?.throwIfAborted();
        const sent = wasSent(failure);
        inDoubt ||= sent && !isRead;
        again = !sent || repeatable;
        error = sent && !isRead
          ? new NexusError("unknown_outcome", { status: 0, code: "unknown_outcome", detail: "the connection failed after the request was sent: read the record before repeating" }, { cause: failure })
          : new NexusError("unavailable", { status: 0, code: "unavailable", detail: "the server did not respond" }, { cause: failure });
      }
      if (!again || made >= this.#retries) throw inDoubt ? unknownOutcome(error) : error;
      const pause = Math.min(this.#pause * 2 ** made, 10_000) * (0.5 + Math.random() / 2);
      await sleep(Math.max(pause, Math.min((error.problem.retryAfter ?? 0) * 1000, 30_000)), call.signal);
    }
  }

  /** The body of a call's response. */
  async get<T>(call: Call): Promise<T> {
    const { body } = await this.send(call);
    if (typeof body !== "object" || body === null || Array.isArray(body)) throw notNexus();
    return body as T;
  }

  /** As `get`; undefined if the record does not exist. */
  async find<T>(call: Call): Promise<T | undefined> {
    try {
      return await this.get<T>(call);
    } catch (error) {
      if (error instanceof NexusError && error.kind === "not_found" && error.problem.code === "not_found" && !error.message.includes("path does not exist")) return undefined;
      throw error;
    }
  }

  /** Sends a deletion. False if the record does not exist. */
  async remove(call: Call): Promise<boolean> {
    try {
      await this.send(call);
      return true;
    } catch (error) {
      if (!(error instanceof NexusError) || error.problem.status !== 404) throw error;
      // A repeated deletion finds nothing: the lost attempt, or somebody else, removed the record.
      return error.kind === "unknown_outcome";
    }
  }

  /** The members of a list, page after page. */
  async *pages<T>(call: Call, members: string): AsyncGenerator<T, void, undefined> {
    let after: string | undefined;
    do {
      const page = await this.get<Record<string, unknown>>({ ...call, query: { ...call.query, after } });
      const list = page[members];
      if (!Array.isArray(list)) throw notNexus();
      yield* list as T[];
      after = typeof page["next"] === "string" ? page["next"] : undefined;
    } while (after !== undefined);
  }

  /** The lines of an event stream, until the server ends it. */
  async *lines(path: string, signal: AbortSignal | undefined): AsyncGenerator<string, void, undefined> {
    const quiet = new AbortController();
    let alarm = setTimeout(() => quiet.abort(), silence);
    const request = this.#request({ method: "GET", path });
    try {
      const response = await this.#fetch(request.url, { ...request.init, signal: signal ? AbortSignal.any([signal, quiet.signal]) : quiet.signal });
      if (response.status >= 300) throw fromResponse(response, await response.text());
      if (response.body === null) return;
      let rest = "";
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(alarm);
        alarm = setTimeout(() => quiet.abort(), silence);
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        yield* lines.map((line) => line.replace(/\r$/, ""));
      }
    } finally {
      clearTimeout(alarm);
      quiet.abort();
    }
  }

  #request(call: Call, key?: string): { url: string; init: RequestInit } {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) query.set(name, String(value));
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#key}`, Accept: "application/json", ...condition(call.ifVersion) };
    if (key !== undefined) headers["Idempotency-Key"] = keyHeader(key);
    const init: RequestInit = { method: call.method, headers, redirect: "manual" };
    if (call.body !== undefined) {
      headers["Content-Type"] = call.contentType ?? "application/json";
      init.body = typeof call.body === "string" ? call.body : dump(call.body);
    }
    return { url: this.url + call.path + (query.size > 0 ? `?${query}` : ""), init };
  }

  [inspect.custom](): string {
    return `Connection(${this.url})`;
  }
}

/** The bytes of UTF-8, one character each: `fetch` accepts no others. */
function keyHeader(key: string): string {
  const bytes = new TextEncoder().encode(key);
  if (bytes.length === 0 || bytes.length > 255 || /[\u0000-\u001f\u007f-\u009f]|^\s|\s$/.test(key)) throw invalid("idempotencyKey", "must be 1 to 255 bytes without control characters and blanks at its ends");
  return String.fromCharCode(...bytes);
}

/** What the variable segments of a path are called, by its first one; elsewhere it is an id. */
const segmentNames: Readonly<Record<string, readonly string[]>> = { state: ["namespace", "key"], "system-config": ["key"], calibration: ["chatId", "strategy"] };

/** A path whose segments are percent-encoded once. */
export function path(first: string, ...segments: (string | number)[]): string {
  const names = segmentNames[first] ?? ["id"];
  return [`/v1/${first}`, ...segments.map((segment, number) => {
    const text = String(segment);
    const name = names[number] ?? names.at(-1)!;
    if (text === "" || text === "." || text === "..") throw invalid(name, "must not be empty, . or .., which a path cannot contain");
    if (/\p{Surrogate}/u.test(text)) throw invalid(name, "is not valid Unicode");
    return encodeURIComponent(text);
  })].join("/");
}

/** A chat id as text. A number beyond 2^53 has lost digits already, so it is refused. */
export function chat(chatId: string | number | bigint): string {
  if (typeof chatId === "number" && !Number.isSafeInteger(chatId)) throw invalid("chatId", "must be a safe integer or a string");
  return String(chatId);
}

export function notNexus(): NexusError {
  return new NexusError("server", { status: 0, code: "", detail: "the response is not that of a Nexus server: check the URL" });
}

export function dump(value: unknown): string {
  try {
    // Secrets show stars in JSON, except here.
    return JSON.stringify(value, function (this: Record<string, unknown>, name, member) {
      const original = this[name];
      if (original instanceof Secret) return original.reveal();
      if (typeof member === "number" && !Number.isFinite(member)) throw invalid("body", "has a number that is not finite");
      if (typeof member === "bigint") throw invalid("body", "has a bigint: send it as text");
      // JSON.stringify writes null and {} for them: what they hold would be lost without a word.
      if (original instanceof Date && Number.isNaN(original.getTime())) throw invalid("body", "has an invalid Date");
      if (member instanceof Map || member instanceof Set) throw invalid("body", `has a ${member instanceof Map ? "Map" : "Set"}: send an object or an array`);
      return member;
    });
  } catch (error) {
    if (error instanceof TypeError && error.message.includes("circular")) throw invalid("body", "contains itself");
    if (error instanceof RangeError) throw invalid("body", "is nested too deeply");
    throw error;
  }
}

function condition(version: IfVersion | undefined): Record<string, string> {
  if (version === undefined) return {};
  if (version === "*") return { "If-Match": "*" };
  if (!Number.isSafeInteger(version) || version < 0) throw invalid("ifVersion", 'must be a version, 0 or "*"');
  return version > 0 ? { "If-Match": `"${version}"` } : { "If-None-Match": "*" };
}

function checkUrl(text: string, allowHttp: boolean): string {
  if (!URL.canParse(text)) throw invalid("url", "must be an http or https URL");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw invalid("url", "must be an http or https URL");
  if (url.username || url.password || url.search || url.hash) throw invalid("url", "must have no user, password, query or fragment");
  const isLocal = url.hostname === "localhost" || url.hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
  if (url.protocol === "http:" && !isLocal && !allowHttp)
    throw invalid("url", "http to another host sends the API key unencrypted: use https, or allowHttp inside a trusted network");
  return text.replace(/\/+$/, "");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notNexus();
  }
}

/** Codes of errors before a request is sent. */
const notSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

function wasSent(failure: unknown): boolean {
  const cause = failure instanceof Error ? (failure.cause ?? failure) : failure;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  return !notSent.has(code);
}

function unknownOutcome(error: NexusError): NexusError {
  if (error.kind === "unknown_outcome") return error;
  return new NexusError("unknown_outcome", {
    ...error.problem,
    code: "unknown_outcome",
    detail: `an earlier attempt lost its response, and the next one failed: ${error.message}: read the record before repeating`,
  });
}

export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
