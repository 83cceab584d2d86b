using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>
/// Finds the chats that changes concern, for streams that watch some chats. Ids of trades and tasks do not say it, so they are read.
/// </summary>
internal sealed class EventChats(NexusDb db)
{
    /// <summary>The most records that are read for one delivery. Further ones go to every stream of their table.</summary>
    public const int MaxReads = 100;

    private static readonly string[] OfNone = [];

    /// <returns>For each change its chats: empty if there are none, null if they are not known.</returns>
    public async Task<Dictionary<StateChange, IReadOnlyList<string>?>> FindAsync(
        IReadOnlyCollection<StateChange> changes, CancellationToken cancellationToken)
    {
        var chats = changes.ToDictionary(change => change, ByKey);
        Guid[] trades = [.. IdsOf("trades", chats)], tasks = [.. IdsOf("tasks", chats)];
        try
        {
            foreach (var row in await db.Store.GetTasksAsync(tasks, cancellationToken))
                chats[new StateChange("tasks", row.Id.ToString())] = [row.ChatId];
            foreach (var id in trades)
            {
                if (await FindTradeAsync(id, cancellationToken) is { } chat) chats[new StateChange("trades", id.ToString())] = [chat];
            }
        }
        catch (Exception error) when (error is NexusException or OperationCanceledException)
        {
            // Those that were not read go to every stream of their table.
        }
        return chats;
    }

    /// <summary>Null for a trade that is not there, and where several have the id.</summary>
    private async Task<string?> FindTradeAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return (await db.Trades.GetAsync(id, cancellationToken: cancellationToken))?.ChatId.Value;
        }
        catch (NexusAmbiguousException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string>? ByKey(StateChange change) => change.Table switch
    {
        _ when change.Table is not ("sessions" or "users" or "calibrations" or "trades" or "tasks") => OfNone,
        _ when change.Id == StateChange.Everything => null,
        "sessions" or "users" => [change.Id],
        "calibrations" => [change.Id.Split('/')[0]],
        _ => null,
    };

    private static IEnumerable<Guid> IdsOf(string table, Dictionary<StateChange, IReadOnlyList<string>?> chats) => chats.Keys
        .Where(change => change.Table == table)
        .Select(change => Guid.TryParseExact(change.Id, "D", out var id) ? id : Guid.Empty)
        .Where(id => id != Guid.Empty)
        .Take(MaxReads);
}
