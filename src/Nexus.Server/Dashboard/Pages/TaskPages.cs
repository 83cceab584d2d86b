using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Server.Api;
using Nexus.Tasks;

namespace Nexus.Server.Dashboard;

/// <summary>Scheduled tasks: list, pause, resume, run now, delete.</summary>
internal static class TaskPages
{
    public static void MapTaskPages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/tasks", DashboardArea.See, ListAsync);
        routes.Show("/tasks/{id}", DashboardArea.See, request => ShowAsync(request));
        routes.Change("/tasks/{id}/switch", DashboardArea.Operate, request => ChangeAsync(
            request, request.Form["active"] == "true" ? "task_resumed" : "task_paused",
            (tasks, id) => tasks.UpdateAsync(
                id, new TaskChange { IsActive = request.Form["active"] == "true" }, request.Form.Version(), request.Aborted)));
        routes.Change("/tasks/{id}/run", DashboardArea.Operate, request => ChangeAsync(
            request, "task_due", (tasks, id) => tasks.RunNowAsync(id, request.Aborted)));
        routes.Change("/tasks/{id}/delete", DashboardArea.Operate, request => ChangeAsync(
            request, "task_deleted", (tasks, id) => tasks.DeleteAsync(id, request.Form.Version(), request.Aborted), "/tasks"));
    }

    private static async Task<IResult> ListAsync(DashboardRequest request)
    {
        var text = new TaskFilterText(request.Query("chat"), request.Query("state"), request.Query("action"));
        using var share = await request.TakeListAsync();
        try
        {
            var filter = new TaskFilter
            {
                ChatId = QueryValues.Chat("chat", text.Chat),
                IsActive = text.State switch
                {
                    "active" => true,
                    "paused" => false,
                    null or "failed" => null,
                    _ => throw new NexusValidationException("state", "must be active, paused or failed"),
                },
                HasFailed = text.State == "failed",
                Action = text.Action,
                After = request.Query("after") is { } after ? QueryValues.Id("after", after) : null,
                Limit = DashboardRequest.PageRows + 1,
            };
            var found = await request.Db.Tasks.ListAsync(filter, request.Aborted).ToListAsync(request.Aborted);
            return DashboardRequest.Page<TaskListPage, TaskListModel>(new TaskListModel
            {
                Filter = text,
                IsLater = filter.After is not null,
                Rows = [.. found.Take(DashboardRequest.PageRows)],
                Next = found.Count > DashboardRequest.PageRows ? found[DashboardRequest.PageRows - 1].Id : null,
                Backlog = await request.Db.Tasks.GetBacklogAsync(request.Aborted),
            });
        }
        catch (NexusValidationException error)
        {
            return DashboardRequest.Page<TaskListPage, TaskListModel>(
                new TaskListModel { Filter = text, Error = error.Message }, DashboardRequest.StatusOf(error));
        }
    }

    private static async Task<IResult> ShowAsync(DashboardRequest request, NexusException? error = null)
    {
        var id = IdOf(request);
        return DashboardRequest.Page<TaskPage, TaskModel>(
            new TaskModel
            {
                Task = await request.Db.Tasks.GetAsync(id, request.Aborted) ?? throw new NexusNotFoundException($"task {id}"),
                StoreTime = await request.Db.GetTimeAsync(request.Aborted),
                Error = error?.Message,
            },
            error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error));
    }

    private static async Task<IResult> ChangeAsync(
        DashboardRequest request, string confirmation, Func<NexusTasks, Guid, Task> change, string? path = null)
    {
        var id = IdOf(request);
        try
        {
            await change(request.Db.Tasks, id);
            return request.Done(path ?? $"/tasks/{id}", confirmation);
        }
        catch (NexusException error) when (error is not NexusNotFoundException)
        {
            return await ShowAsync(request, error);
        }
    }

    private static Guid IdOf(DashboardRequest request) => Guid.TryParseExact(request.Route("id"), "D", out var id)
        ? id
        : throw new NexusNotFoundException($"task {ClientText.Short(request.Route("id"))}");
}
