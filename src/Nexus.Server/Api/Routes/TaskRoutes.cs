using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Tasks;

namespace Nexus.Server.Api;

/// <summary>Routes of scheduled tasks, and of the workers that run them.</summary>
internal static class TaskRoutes
{
    private const int DefaultClaim = 10;

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup("/v1/tasks").WithTags("Tasks").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        tasks.MapGet("", List).Describe("List tasks", "Ordered by id; ids that Nexus makes are in the order of creation.")
            .Produces<TaskPage>().Problems(400);
        tasks.MapPost("", CreateAsync)
            .Describe(
                "Create a task",
                "Returns 201. A repeat with the same id and content returns the existing task; "
                    + "different content under the id is refused with 409.")
            .Accepts<TaskBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TaskView>(201).Problems(400, 409, 413, 415);
        tasks.MapGet("/{id}", GetAsync).Describe("Read a task", "If-None-Match with the current ETag returns 304; a claim does not change the ETag.")
            .Produces<TaskView>().Produces(304).Problems(400, 404);
        tasks.MapPatch("/{id}", PatchAsync)
            .Describe("Change a task", "Absent members stay. A worker that has the task can still complete its run. Supports If-Match.")
            .Accepts<TaskChangeBody>(RequestBody.MergePatch, RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TaskView>()
            .Problems(400, 404, 412, 413, 415);
        tasks.MapDelete("/{id}", DeleteAsync)
            .Describe("Delete a task", "A worker that has the task can no longer complete its run. Supports If-Match.").Produces(204)
            .Problems(400, 404, 412);
        tasks.MapPost("/{id}:run", RunAsync)
            .Describe("Make a task due now", "Returns 409 if the task is not active. If a worker has it, it runs again after that run.")
            .Produces<TaskView>().Problems(400, 404, 409);

        var claims = routes.MapGroup("").WithTags("Tasks").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        claims.MapPost("/v1/tasks:claim", ClaimAsync)
            .Describe(
                "Claim due tasks",
                "The longest due first. No other worker gets them before the lease ends. Each has the number of its claim, lease.fence, which its "
                    + "completion, renewal and release name. During an outage of PostgreSQL nothing is claimed (503).")
            .Accepts<TaskClaimBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TaskClaimList>().Problems(400, 413, 415, 503);
        claims.MapPost("/v1/tasks/{id}:complete", CompleteAsync)
            .Describe(
                "Complete a run",
                "Computes the next run. Returns 409 if another worker has taken the task over. A repeat returns the first result.")
            .Accepts<TaskCompleteBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TaskCompletionView>()
            .Problems(400, 404, 409, 413, 415);
        claims.MapPost("/v1/tasks/{id}:renew", RenewAsync)
            .Describe("Renew a claim", "Returns 409 if another worker has taken the task over: stop the run.")
            .Accepts<TaskRenewBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<TaskRenewalView>()
            .Problems(400, 404, 409, 413, 415, 503);
        claims.MapPost("/v1/tasks/{id}:release", ReleaseAsync)
            .Describe("Give a task back before its run is completed", "At once, or for another attempt later.")
            .Accepts<TaskReleaseBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces(204).Problems(400, 404, 409, 413, 415, 503);
    }

    private static PageResult<ScheduledTask, TaskView> List(
        HttpContext http,
        NexusDb db,
        [Description("Only this chat.")] string? chatId,
        [Description("true or false.")] string? isActive,
        [Description("true: only tasks whose last run or attempt failed.")] string? failed,
        [Description("Only this action (exact match).")] string? action,
        [Description("The next of the previous page.")] string? after,
        [Description("The maximum number of tasks on the page.")] string? limit)
    {
        var filter = new TaskFilter
        {
            ChatId = QueryValues.Chat("chatId", chatId),
            IsActive = Flag("isActive", isActive),
            HasFailed = Flag("failed", failed) ?? false,
            Action = QueryValues.Text(action),
            After = string.IsNullOrEmpty(after) ? null : QueryValues.Id("after", after),
        };
        var reveal = http.MaySeeSecrets();
        return new PageResult<ScheduledTask, TaskView>(
            "tasks",
            (last, most) => db.Tasks.ListAsync(filter with { After = last?.Id ?? filter.After, Limit = most }, http.RequestAborted),
            QueryValues.Limit(limit), task => task.Id.ToString(), task => TaskView.From(task, reveal), ServerJson.Strict.TaskView);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, NexusDb db)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.TaskBody);
        var task = await db.Tasks.CreateAsync(http.Keyed().Identify(body.ToTask()), http.RequestAborted);
        http.Response.Headers.Location = $"/v1/tasks/{task.Id}";
        return Answer(http, task, reveal: false, StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetAsync(HttpContext http, NexusDb db, string id)
    {
        var task = QueryValues.Id("id", id);
        return await db.Tasks.GetAsync(task, http.RequestAborted) is { } found
            ? Answer(http, found, http.MaySeeSecrets())
            : throw NotFound(task);
    }

    private static async Task<IResult> PatchAsync(HttpContext http, NexusDb db, string id)
    {
        var task = QueryValues.Id("id", id);
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.TaskChangeBody);
        var change = body.ToChange();
        var changed = await condition.ApplyAsync(
            NameOf(task), creates: false, () => VersionOfAsync(http, db, task),
            version => db.Tasks.UpdateAsync(task, change, version, http.RequestAborted));
        return Answer(http, changed, reveal: false);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, NexusDb db, string id)
    {
        var task = QueryValues.Id("id", id);
        var receipt = await Precondition.Of(http.Request).ApplyAsync(
            NameOf(task), creates: false, () => VersionOfAsync(http, db, task),
            version => db.Tasks.DeleteAsync(task, version, http.RequestAborted));
        return ApiResults.Removed(receipt.Existed, NameOf(task));
    }

    private static async Task<IResult> RunAsync(HttpContext http, NexusDb db, string id) =>
        Answer(http, await db.Tasks.RunNowAsync(QueryValues.Id("id", id), http.RequestAborted), reveal: false);

    private static async Task<IResult> ClaimAsync(HttpContext http, NexusDb db)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.TaskClaimBody);
        var claimed = await db.Tasks.ClaimDueAsync(body.Limit ?? DefaultClaim, LeaseOf(body.LeaseSeconds), body.Holder, http.RequestAborted);
        var reveal = http.MaySeeSecrets();
        return ApiResults.Json(
            new TaskClaimList([.. claimed.Select(claim => TaskView.From(claim.Task, reveal))]), ServerJson.Strict.TaskClaimList);
    }

    private static async Task<IResult> CompleteAsync(HttpContext http, NexusDb db, string id)
    {
        var task = QueryValues.Id("id", id);
        var body = await http.ReadJsonAsync(ServerJson.Strict.TaskCompleteBody);
        var done = await db.Tasks.CompleteAsync(task, FenceOf(body.Fence), body.Error, http.RequestAborted);
        return ApiResults.Json(
            new TaskCompletionView(done.NextRun, done.Version, done.AlreadyCompleted), ServerJson.Strict.TaskCompletionView);
    }

    private static async Task<IResult> RenewAsync(HttpContext http, NexusDb db, string id)
    {
        var task = QueryValues.Id("id", id);
        var body = await http.ReadJsonAsync(ServerJson.Strict.TaskRenewBody);
        var until = await db.Tasks.RenewAsync(task, FenceOf(body.Fence), LeaseOf(body.LeaseSeconds), http.RequestAborted);
        return ApiResults.Json(new TaskRenewalView(until), ServerJson.Strict.TaskRenewalView);
    }

    private static async Task<IResult> ReleaseAsync(HttpContext http, NexusDb db, string id)
    {
        var task = QueryValues.Id("id", id);
        var body = await http.ReadJsonAsync(ServerJson.Strict.TaskReleaseBody);
        var delay = Seconds("delaySeconds", body.DelaySeconds ?? 0, 0, 86_400);
        await db.Tasks.ReleaseAsync(task, FenceOf(body.Fence), delay, body.Error, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static TimeSpan LeaseOf(double? seconds) => Seconds(
        "leaseSeconds", seconds ?? throw new NexusValidationException("leaseSeconds", "is required: how long the claim holds, 1 to 3600 seconds"), 1,
        NexusTasks.MaxLease.TotalSeconds);

    private static TimeSpan Seconds(string field, double value, double min, double max) => value >= min && value <= max
        ? TimeSpan.FromSeconds(value)
        : throw new NexusValidationException(field, $"must be {min:0} to {max:0} seconds");

    private static long FenceOf(long? fence) =>
        fence ?? throw new NexusValidationException("fence", "is required: the number of the claim, lease.fence of the claimed task");

    private static bool? Flag(string field, string? value) => value switch
    {
        null or "" => null,
        "true" => true,
        "false" => false,
        _ => throw new NexusValidationException(field, "must be true or false"),
    };

    private static async Task<long> VersionOfAsync(HttpContext http, NexusDb db, Guid id) =>
        (await db.Tasks.GetAsync(id, http.RequestAborted))?.Version ?? 0;

    private static NexusNotFoundException NotFound(Guid id) => new(NameOf(id));

    private static string NameOf(Guid id) => $"task {id}";

    private static IResult Answer(HttpContext http, ScheduledTask task, bool reveal, int status = StatusCodes.Status200OK) =>
        ApiResults.Versioned(http, TaskView.From(task, reveal), task.Version, ServerJson.Strict.TaskView, status);
}
