using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Postgres;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// Ends what an atomic batch over several servers has left behind: a process that was killed, a server that failed. The home shard decides: what it
/// has committed is committed everywhere, anything else is rolled back. Any instance and any command that moves buckets does it; several at once do
/// no harm.
/// </summary>
/// <param name="map">The shards.</param>
/// <param name="use">Gives a connection to a shard for some work.</param>
/// <param name="logger">Receives what was done.</param>
/// <param name="silent">The servers that were reported as not responding, which are not reported again until they have responded.</param>
internal sealed partial class BatchSettlement(
    ShardMap map, Func<int, Func<NpgsqlConnection, Task>, Task> use, ILogger logger, ConcurrentDictionary<int, bool>? silent = null)
{
    private readonly ConcurrentDictionary<int, bool> _silent = silent ?? new();

    /// <summary>A batch that is younger is under way: its process ends it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private const string FindPrepared = """
        SELECT gid, pg_catalog.clock_timestamp() - prepared >= pg_catalog.make_interval(secs => $2) FROM pg_catalog.pg_prepared_xacts
        WHERE database = pg_catalog.current_database() AND pg_catalog.starts_with(gid, $1) ORDER BY prepared
        """;

    private const string FindDecided = """
        SELECT id, servers FROM nexus_decisions
        WHERE pg_catalog.clock_timestamp() - decided_at >= pg_catalog.make_interval(secs => $1) ORDER BY decided_at LIMIT 1000
        """;

    private const string IsDecided = "SELECT EXISTS (SELECT FROM nexus_decisions WHERE id = $1)";

    private const string Notify = $"SELECT pg_catalog.pg_notify('{ChangeNotice.Channel}', n) FROM pg_catalog.unnest($1::text[]) AS n";

    /// <summary>Whether batches can be left behind at all.</summary>
    public bool IsNeeded => map.Shards.Any(shard => shard.Server != 0);

    private SchemaNames Home => SchemaNames.Of(map.Shards[0].Schema);

    /// <summary>Ends what is older than the grace period.</summary>
    /// <returns>How many parts and decisions are still left, because a server does not respond or refuses.</returns>
    public async Task<int> RunAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (!IsNeeded) return 0;
        // First the decisions: what is prepared later is of later ones.
        List<(Guid Id, int[] Servers)> decided = [];
        await use(0, async home => decided = await home.RowsAsync(
            Home.Qualify(FindDecided), [grace.TotalSeconds], row => (row.GetGuid(0), row.GetFieldValue<int[]>(1)), cancellationToken)
            .ConfigureAwait(false)).ConfigureAwait(false);
        var left = 0;
        HashSet<int> settled = [];
        foreach (var server in map.Shards.Select(shard => shard.Server).Distinct().Where(server => server != 0))
        {
            try
            {
                await use(ShardOn(server), connection => SettleAsync(connection, server, grace, decided, cancellationToken)).ConfigureAwait(false);
                settled.Add(server);
                _silent.TryRemove(server, out _);
            }
            catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException)
            {
                left++;
                if (_silent.TryAdd(server, true)) LogNotSettled(logger, server, PostgresErrors.Translate(error).Message);
            }
        }
        foreach (var (id, servers) in decided)
        {
            if (!servers.All(settled.Contains)) continue;
            await use(0, home => home.ExecuteAsync(Home.Qualify(PostgresStore.ForgetDecision), [id], cancellationToken)).ConfigureAwait(false);
        }
        return left;
    }

    /// <summary>How many prepared parts that are older than the grace period a server holds.</summary>
    public static async Task<int> CountAsync(NpgsqlConnection connection, Guid mapId, int server, CancellationToken cancellationToken) =>
        server == 0 ? 0 : (await FindAsync(connection, mapId, server, Grace, cancellationToken).ConfigureAwait(false)).Count(part => part.IsOld);

    /// <summary>The batches of which a server holds a prepared part, and whether it is older than the grace period.</summary>
    private static async Task<List<(Guid Batch, bool IsOld)>> FindAsync(
        NpgsqlConnection connection, Guid mapId, int server, TimeSpan grace, CancellationToken cancellationToken)
    {
        List<(Guid Batch, bool IsOld)> found = [];
        var rows = await connection.RowsAsync(
            FindPrepared, [PreparedName.Prefix(mapId, server), grace.TotalSeconds], row => (Name: row.GetString(0), IsOld: row.GetBoolean(1)),
            cancellationToken).ConfigureAwait(false);
        foreach (var (name, isOld) in rows)
            if (PreparedName.TryRead(name, mapId, server, out var batch)) found.Add((batch, isOld));
        return found;
    }

    private int ShardOn(int server) => map.Shards.First(shard => shard.Server == server).Number;

    private async Task SettleAsync(
        NpgsqlConnection connection, int server, TimeSpan grace, List<(Guid Id, int[] Servers)> decided, CancellationToken cancellationToken)
    {
        var isChanged = decided.Exists(batch => batch.Servers.Contains(server));
        foreach (var (batch, isOld) in await FindAsync(connection, map.Id, server, grace, cancellationToken).ConfigureAwait(false))
        {
            // A decision that is removed afterwards leaves no part behind, however young that is.
            var isDecided = decided.Exists(one => one.Id == batch);
            if (!isDecided && !isOld) continue;
            var isCommitted = isDecided || await AskAsync(batch, cancellationToken).ConfigureAwait(false);
            await EndAsync(connection, $"{(isCommitted ? "COMMIT" : "ROLLBACK")} PREPARED '{PreparedName.Of(map.Id, server, batch)}'")
                .ConfigureAwait(false);
            isChanged |= isCommitted;
            LogSettled(logger, batch, isCommitted ? "committed" : "rolled back", server);
        }
        // The process of the batch may have ended before it told the other instances, which look at everything again.
        if (isChanged) await AnnounceAsync(connection, server, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the home shard has committed the batch. If not, it never will: the ledger's row stands in the way of a process that still tries.
    /// </summary>
    private async Task<bool> AskAsync(Guid batch, CancellationToken cancellationToken)
    {
        var isCommitted = false;
        await use(0, async home => isCommitted =
            (await home.RowsAsync(Home.Qualify(CommitRows.Ask), [batch], row => !row.IsDBNull(0), cancellationToken).ConfigureAwait(false))[0]
            // The ledger forgets a batch after an hour, the decision stays.
            || await home.ScalarAsync<bool>(Home.Qualify(IsDecided), [batch], cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return isCommitted;
    }

    private async Task AnnounceAsync(NpgsqlConnection connection, int server, CancellationToken cancellationToken)
    {
        string[] notices = [.. map.Shards.Where(shard => shard.Server == server)
            .SelectMany(shard => new ChangeNotice(shard.Schema).Plain(RecordTables.Everything))];
        await connection.ExecuteAsync(Notify, [notices], cancellationToken).ConfigureAwait(false);
    }

    private static async Task EndAsync(NpgsqlConnection connection, string command)
    {
        try
        {
            await connection.ExecuteAsync(command, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedObject)
        {
            // Its process, or another instance, has ended it meanwhile.
        }
    }

    [LoggerMessage(EventId = 1764, Level = LogLevel.Warning,
        Message = "The process of batch {Batch} had ended before the batch; it was {End} on server {Server} of the shards")]
    private static partial void LogSettled(ILogger logger, Guid batch, string end, int server);

    [LoggerMessage(EventId = 1765, Level = LogLevel.Warning,
        Message = "Could not check whether server {Server} of the shards holds parts of batches whose process has ended: {Reason}")]
    private static partial void LogNotSettled(ILogger logger, int server, string reason);
}
