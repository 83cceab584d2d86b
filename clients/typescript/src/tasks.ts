import { chat, path, type CallOptions, type Connection, type WriteOptions } from "./connection.js";
import type { Document } from "./records.js";
import { one, oneOrNone } from "./responses.js";
import type { components } from "./schema.js";
import { instant, newTradeId } from "./values.js";

type Schemas = components["schemas"];

/** When a task runs. */
export interface TaskSchedule {
  type: "cron" | "interval" | "date";
  /** A cron expression; whole seconds or an ISO 8601 duration; an instant. */
  value: string;
  /** The time zone of a cron expression. Default: UTC. */
  timezone?: string | undefined;
}

/** A scheduled task. */
export type Task = Omit<Schemas["TaskView"], "params" | "chatId"> & { chatId: string; params: Document };
/** A task that was claimed. */
export type ClaimedTask = Task & { lease: Schemas["TaskLeaseView"] };
export type TaskCompletion = Schemas["TaskCompletionView"];

/** A new task. */
export interface NewTask {
  /** A UUID. Default: a new one. A repeat with the same id and content returns the existing task. */
  id?: string | undefined;
  chatId: string | number | bigint;
  action: string;
  schedule: TaskSchedule;
  params?: Document | undefined;
  /** What happens to runs that were missed. Default: once. */
  missed?: "once" | "all" | "skip" | undefined;
  description?: string | undefined;
  jobId?: string | undefined;
  isActive?: boolean | undefined;
  /** When the first run is due. Default: the first occurrence of the schedule after now, by the store's clock. */
  nextRun?: string | Date | undefined;
}

/** `nexus.tasks`: scheduled tasks, and the workers that run them. */
export class Tasks {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Creates a task. */
  create(task: NewTask, options: CallOptions = {}): Promise<Task> {
    const body = { ...task, id: task.id ?? newTradeId(), chatId: chat(task.chatId), nextRun: instant("nextRun", task.nextRun) };
    return one(this.#connection, { method: "POST", path: "/v1/tasks", body, repeatable: true, ...options });
  }

  get(id: string, options: CallOptions = {}): Promise<Task | undefined> {
    return oneOrNone(this.#connection, { method: "GET", path: path("tasks", id), ...options });
  }

  /** Tasks by id. `failed`: only tasks whose last run or attempt failed. */
  list(
    filter: { chatId?: string | number | bigint; isActive?: boolean; failed?: boolean; action?: string; pageSize?: number } = {},
    options: CallOptions = {},
  ): AsyncGenerator<Task, void, undefined> {
    const query = {
      chatId: filter.chatId === undefined ? undefined : chat(filter.chatId), isActive: filter.isActive?.toString(), failed: filter.failed?.toString(),
      action: filter.action, limit: filter.pageSize ?? 100,
    };
    return this.#connection.pages({ method: "GET", path: "/v1/tasks", query, ...options }, "tasks");
  }

  /** Changes a task. Members that are left out stay. */
  patch(id: string, change: Omit<Partial<NewTask>, "id" | "chatId">, options: WriteOptions = {}): Promise<Task> {
    const body = { ...change, nextRun: instant("nextRun", change.nextRun) };
    return one(this.#connection, { method: "PATCH", path: path("tasks", id), body, contentType: "application/merge-patch+json", ...options });
  }

  delete(id: string, options: WriteOptions = {}): Promise<boolean> {
    return this.#connection.remove({ method: "DELETE", path: path("tasks", id), ...options });
  }

  /** Makes a task due now. */
  runNow(id: string, options: CallOptions = {}): Promise<Task> {
    return one(this.#connection, { method: "POST", path: `${path("tasks", id)}:run`, ...options });
  }

  /**
   * Claims due tasks, the longest due first. Completion, renewal and release name the `lease.fence` of the claim.
   * A lost response is repeated under the same idempotency key: the repeat returns what the lost attempt claimed.
   */
  async claim(claim: { leaseSeconds: number; limit?: number; holder?: string }, options: CallOptions = {}): Promise<ClaimedTask[]> {
    return (await one<{ tasks: ClaimedTask[] }>(this.#connection, { method: "POST", path: "/v1/tasks:claim", body: claim, ...options })).tasks;
  }

  /** Ends a run; the next one is computed. A repeat returns the first result. Fails with `state` if another worker has taken the task over. */
  complete(id: string, fence: number, result: { error?: string } = {}, options: CallOptions = {}): Promise<TaskCompletion> {
    return one(this.#connection, { method: "POST", path: `${path("tasks", id)}:complete`, body: { fence, ...result }, repeatable: true, ...options });
  }

  /** Renews a claim; returns until when it holds. Fails with `state` if another worker has taken the task over: stop the run. */
  async renew(id: string, fence: number, leaseSeconds: number, options: CallOptions = {}): Promise<string> {
    const call = { method: "POST", path: `${path("tasks", id)}:renew`, body: { fence, leaseSeconds }, repeatable: true, ...options };
    return (await one<Schemas["TaskRenewalView"]>(this.#connection, call)).until;
  }

  /** Gives a task back before its run is completed. Without an error, the attempt does not count. */
  async release(id: string, fence: number, how: { delaySeconds?: number; error?: string } = {}, options: CallOptions = {}): Promise<void> {
    await this.#connection.send({ method: "POST", path: `${path("tasks", id)}:release`, body: { fence, ...how }, ...options });
  }
}
