using System.Globalization;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Faults.Tests;

/// <summary>Compares the ledger of acknowledgements with what PostgreSQL holds.</summary>
internal static class FaultVerdict
{
    private static readonly DateTimeOffset FirstEnd = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Each acknowledged write that is not there, or there more than once, in words.</summary>
    public static Task<List<string>> FindLossesAsync(FaultBench bench) => FindLossesAsync(bench.Cluster, bench.Ledger, bench.VerdictSchema);

    public static async Task<List<string>> FindLossesAsync(PostgresCluster cluster, AckLedger ledger, string schema = "public")
    {
        List<string> losses = [];
        await using var source = NpgsqlDataSource.Create($"{cluster.ConnectionString("bot")};Search Path={schema}");
        await JudgeSessionsAsync(source, ledger, losses);
        await JudgeTradesAsync(source, ledger, losses);
        await JudgeExtensionsAsync(source, ledger, losses);
        if (ledger.Drained is not "drained 0 0") losses.Add($"the outbox ended with: {ledger.Drained}");
        return losses;
    }

    /// <summary>Files that hold a secret of the users in plain text.</summary>
    public static async Task<string> FindPlainSecretsAsync(FaultBench bench)
    {
        var (_, output, _) = await ChildProcess.RunAsync("grep", ["-rlaE", "PLAIN-(KEY|SECRET|INNER)-", bench.Folder, bench.Cluster.DataFolder]);
        return output;
    }

    private static async Task JudgeSessionsAsync(NpgsqlDataSource source, AckLedger ledger, List<string> losses)
    {
        var stored = new Dictionary<int, (long N, long P, long Version)>();
        await using var command = source.CreateCommand(
            "SELECT chat_id, coalesce((config->>'n')::bigint, 0), coalesce((config->>'p')::bigint, 0), version FROM sessions");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            stored[int.Parse(reader.GetString(0), CultureInfo.InvariantCulture)] = (reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        foreach (var (chat, user) in ledger.Users)
        {
            if (user.Changed == 0) continue;
            if (!stored.TryGetValue(chat, out var row)) losses.Add($"session {chat} is gone");
            else if (row.N < user.Saved) losses.Add($"session {chat} holds save {row.N}, but {user.Saved} was acknowledged");
            else if (Math.Max(row.N, row.P) < user.Changed)
                losses.Add($"session {chat} holds changes up to {Math.Max(row.N, row.P)}, but {user.Changed} was acknowledged");
            else if (row.Version < user.Version) losses.Add($"session {chat} is at version {row.Version}, but {user.Version} was acknowledged");
        }
    }

    private static async Task JudgeTradesAsync(NpgsqlDataSource source, AckLedger ledger, List<string> losses)
    {
        var stored = new Dictionary<Guid, (long Rows, string Status)>();
        await using var command = source.CreateCommand("SELECT id, count(*), min(status) FROM trades GROUP BY id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) stored[reader.GetGuid(0)] = (reader.GetInt64(1), reader.GetString(2));
        foreach (var (id, isClosed) in ledger.Trades)
        {
            if (!stored.TryGetValue(id, out var row)) losses.Add($"trade {id} is gone");
            else if (row.Rows != 1) losses.Add($"trade {id} is there {row.Rows} times");
            else if (isClosed && row.Status != "CLOSED") losses.Add($"trade {id} is {row.Status}, but its close was acknowledged");
        }
    }

    /// <summary>Each acknowledged extension moved the end by one day; one that was begun and not acknowledged may have, once.</summary>
    private static async Task JudgeExtensionsAsync(NpgsqlDataSource source, AckLedger ledger, List<string> losses)
    {
        await using var command = source.CreateCommand("SELECT chat_id, expires_at FROM users");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var chat = int.Parse(reader.GetString(0), CultureInfo.InvariantCulture);
            var days = (reader.GetFieldValue<DateTimeOffset>(1) - FirstEnd).TotalDays;
            var user = ledger.Users.GetValueOrDefault(chat) ?? new AckLedger.User();
            if (days < user.Extended || days > user.Begun)
                losses.Add($"user {chat} was extended by {days:0} days: {user.Extended} were acknowledged and {user.Begun} begun");
        }
    }
}
