using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>Reads the local replica as it is in the file, and compares it with PostgreSQL.</summary>
internal static class Replica
{
    public static async Task<SqliteStore> OpenAsync(FallbackHome home)
    {
        var replica = new SqliteStore(home.Folder, TimeProvider.System, NullLoggerFactory.Instance, readOnly: true, FailoverStore.FileName);
        await replica.OpenAsync(TestContext.Current.CancellationToken);
        return replica;
    }

    /// <summary>Fails where a record differs: in version, content or existence.</summary>
    public static async Task AssertSameAsync(FallbackFixture fallback)
    {
        await using var replica = await OpenAsync(fallback.Home);
        foreach (var table in RecordTables.All)
        {
            var stored = new List<string>();
            var after = (string?)null;
            while (true)
            {
                var page = await fallback.Other.ListRowsAsync(table, after, 1000, FallbackFixture.Token);
                stored.AddRange(page.Where(row => !IsExpired(row)).Select(Describe));
                if (page.Count < 1000) break;
                after = SqliteTables.Of(table).IdentityOf(page[^1]).Place;
            }
            var ids = await replica.ReadAsync(
                connection => SqliteTables.Of(table).Stamps(connection, "", RecordStamp.End, int.MaxValue).Select(stamp => stamp.Id).Distinct()
                    .ToArray(),
                FallbackFixture.Token);
            var copied = new List<string>();
            foreach (var id in ids) copied.AddRange((await ReadAsync(replica, table, id)).OfType<IStateRow>().Select(Describe));
            Assert.Equal(stored.Order(StringComparer.Ordinal), copied.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>An expired value is not read any more.</summary>
    private static bool IsExpired(IStateRow row) =>
        row is Nexus.KeyedState.KeyedStateRow { ExpiresAt: { } end } && end <= TimeProvider.System.GetUtcNow();

    private static async Task<IReadOnlyList<IStateRow?>> ReadAsync(SqliteStore replica, RecordTable table, string id) => table.Name switch
    {
        "sessions" => await replica.GetSessionsAsync([id], FallbackFixture.Token),
        "users" => await replica.GetUsersAsync([id], FallbackFixture.Token),
        "bot_state" => [await replica.GetBotStateAsync(FallbackFixture.Token)],
        "system_config" => [await replica.GetSystemConfigAsync(id, FallbackFixture.Token)],
        "trades" => await replica.FindTradesAsync(Guid.Parse(id), null, null, FallbackFixture.Token),
        "keyed_state" => [await replica.GetKeyedStateAsync(id, FallbackFixture.Token)],
        "tasks" => await replica.GetTasksAsync([Guid.Parse(id)], FallbackFixture.Token),
        _ => await replica.GetCalibrationsAsync([id], FallbackFixture.Token),
    };

    /// <summary>Key, version and everything that the record holds, apart from how its JSON is spaced.</summary>
    private static string Describe(IStateRow row)
    {
        var body = Encoding.UTF8.GetString(WriteCodec.Encode(row.ToWrite() with { WriteId = Guid.Empty }));
        return $"{row.RecordKey.Table.Name} {row.RecordKey.Id} {row.Version} {System.Text.Json.Nodes.JsonNode.Parse(body)!.Sorted()}";
    }

    private static string Sorted(this System.Text.Json.Nodes.JsonNode node) => node switch
    {
        System.Text.Json.Nodes.JsonObject members => "{" + string.Join(',', members.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => $"{member.Key}:{member.Value?.Sorted() ?? "null"}")) + "}",
        System.Text.Json.Nodes.JsonArray items => "[" + string.Join(',', items.Select(item => item?.Sorted() ?? "null")) + "]",
        _ => node.ToJsonString(),
    };
}
