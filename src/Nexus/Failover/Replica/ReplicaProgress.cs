using System.Text.Json;
using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Stores;
using Nexus.Telemetry;

namespace Nexus.Failover;

/// <summary>
/// What is known of the copy of each table, kept in the file of the replica by the transaction that changes the copy. So a start continues where an
/// earlier run ended, whatever ended it, and compares only what was copied.
/// </summary>
/// <remarks>
/// It holds for one server, timeline and schema, and for one version of this program: another version may read a row differently. Where one of them
/// is another one, everything is copied again.
/// </remarks>
internal sealed class ReplicaProgress(SqliteStore local, IReadOnlyList<RecordTable> tables)
{
    private const string Prefix = "replica.";

    /// <summary>Raised where the copy of a row is made in another way.</summary>
    private const int Format = 1;

    private readonly Dictionary<RecordTable, Known> _known = tables.ToDictionary(table => table, _ => Known.Nothing);

    public IReadOnlyList<RecordTable> Tables => tables;

    /// <summary>What is known of a table.</summary>
    public ReplicaSegments this[RecordTable table] => _known[table].Segments;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            if (await local.GetMetaAsync(NameOf(table), cancellationToken).ConfigureAwait(false) is { } text) _known[table] = Read(text);
        }
    }

    /// <summary>Forgets what cannot be compared with the server as it is now.</summary>
    public void Meet(RecordTable table, PrimaryMark? mark)
    {
        var known = _known[table];
        var holds = mark is not null && known.Server == ServerOf(mark) && known.Wal <= mark.Wal
            && known.Segments.List.All(segment => segment.Horizon is not { } horizon || IsInReach(horizon, mark));
        _known[table] = holds ? known with { Wal = mark!.Wal }
            : mark is null ? Known.Nothing : new Known(ServerOf(mark), mark.Wal, ReplicaSegments.Unknown);
    }

    /// <summary>Whether what is known of every table is of this server.</summary>
    public bool IsOf(PrimaryMark mark) => tables.All(table => _known[table] is var known && known.Server == ServerOf(mark) && known.Wal <= mark.Wal);

    /// <summary>
    /// Notes a range that is in the replica, in the transaction that put it there. <see cref="Keep"/> follows when it is committed.
    /// </summary>
    public static void Save(SqliteSession connection, RecordTable table, Known known) => SqliteMeta.Set(connection, NameOf(table), Write(known));

    /// <summary>What is known of a table when a range of it is in the replica.</summary>
    public Known After(RecordTable table, string through, long? horizon) =>
        _known[table] with { Segments = _known[table].Segments.Cover(through, horizon) };

    public void Keep(RecordTable table, Known known) => _known[table] = known;

    /// <summary>Every table has a later horizon from now on.</summary>
    public async Task AdvanceAsync(PrimaryMark mark, CancellationToken cancellationToken)
    {
        var known = new Known(ServerOf(mark), mark.Wal, ReplicaSegments.All(mark.Oldest));
        await local.TransactAsync(
            transaction =>
            {
                foreach (var table in tables) Save(transaction.Connection, table, known);
                return true;
            },
            tables.Count,
            cancellationToken).ConfigureAwait(false);
        foreach (var table in tables) _known[table] = known;
    }

    private static string NameOf(RecordTable table) => $"{Prefix}{table.Name}";

    private static string ServerOf(PrimaryMark mark) => $"{mark.Server}/{NexusTelemetry.Version}/{Format}";

    private static bool IsInReach(long horizon, PrimaryMark mark) => horizon <= mark.Oldest && mark.Oldest - horizon < PrimaryMark.Reach;

    private static string Write(Known known) => System.Text.Encoding.UTF8.GetString(SqliteJson.Write(known, static (json, value) =>
    {
        json.WriteString("server", value.Server);
        json.WriteNumber("wal", value.Wal);
        json.WriteStartArray("segments");
        foreach (var segment in value.Segments.List)
        {
            json.WriteStartObject();
            json.WriteString("through", segment.Through);
            if (segment.Horizon is { } horizon) json.WriteNumber("horizon", horizon);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }));

    /// <summary>A text that is not readable tells nothing, so the table is copied.</summary>
    private static Known Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var segments = json.RootElement.GetProperty("segments").EnumerateArray().Select(segment => new ReplicaSegment(
                segment.GetProperty("through").GetString() ?? "", segment.TryGetProperty("horizon", out var horizon) ? horizon.GetInt64() : null));
            return new Known(
                json.RootElement.GetProperty("server").GetString() ?? "", json.RootElement.GetProperty("wal").GetInt64(),
                ReplicaSegments.Of([.. segments]) ?? ReplicaSegments.Unknown);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Known.Nothing;
        }
    }

    /// <param name="Server">Server, timeline, schema and program for which it holds.</param>
    /// <param name="Wal">How much WAL the server had written.</param>
    /// <param name="Segments">The segments.</param>
    internal sealed record Known(string Server, long Wal, ReplicaSegments Segments)
    {
        public static Known Nothing { get; } = new("", 0, ReplicaSegments.Unknown);
    }
}
